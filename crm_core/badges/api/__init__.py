"""The badge over HTTP."""
