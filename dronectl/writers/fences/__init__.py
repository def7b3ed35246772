"""Fences as files: one module a format, with its NAME, SUFFIX, LIMITS, what it writes and how it is read back."""
