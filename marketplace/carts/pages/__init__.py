"""The pages of carts and requisitions."""
