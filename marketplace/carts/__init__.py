"""Carts: what a person wants to order, and who must approve it before it is ordered."""
