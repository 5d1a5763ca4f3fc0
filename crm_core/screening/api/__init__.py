"""The API of screening, for the operator's people."""
