"""Readers of the publishers' file formats. Plain Python: no database, nothing kept."""
