"""The rules of an order's life, without a framework."""
