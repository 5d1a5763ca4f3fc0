"""The API of the shared lists."""
