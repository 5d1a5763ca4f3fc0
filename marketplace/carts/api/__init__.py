"""The API of carts and requisitions."""
