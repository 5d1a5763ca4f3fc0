"""Shared lists: currencies and units."""
