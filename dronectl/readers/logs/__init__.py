"""Formats of flown flights, one file a format: each says whether it accepts a document, and reads it."""
