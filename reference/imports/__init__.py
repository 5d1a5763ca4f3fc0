"""Bringing in a taxonomy from a file: read, compared with what is there, applied as a whole."""
