"""The API of the catalog."""
