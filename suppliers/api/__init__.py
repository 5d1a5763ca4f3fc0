"""The API of supplier profiles."""
