"""The pages of orders, for both sides."""
