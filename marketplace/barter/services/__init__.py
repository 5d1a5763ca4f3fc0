"""Use cases of barter."""
