"""Formats of mission files, one file a format: each says whether it accepts a document, and reads it."""
