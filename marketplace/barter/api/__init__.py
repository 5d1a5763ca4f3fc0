"""Barter over HTTP."""
