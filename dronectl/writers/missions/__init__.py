"""Formats in which missions are written, one file a format."""
