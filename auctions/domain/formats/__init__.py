"""One auction format a file."""
