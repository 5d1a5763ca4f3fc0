"""The API of supplier lists."""
