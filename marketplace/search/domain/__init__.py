"""The rules of the search, in plain Python."""
