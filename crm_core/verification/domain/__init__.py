"""The rules of verification: plain Python, no clock, no database."""
