"""Rules of the shared lists in plain Python: numbers, conversion, attributes, differences."""
