"""Pages of barter."""
