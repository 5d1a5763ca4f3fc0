"""Clients a supplier could build on."""
