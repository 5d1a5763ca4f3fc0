"""Practice: a supplier tries the very room with the real terms, against bots, leaving no trace."""
