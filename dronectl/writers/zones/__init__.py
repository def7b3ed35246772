"""Formats in which zones are written, one file a format."""
