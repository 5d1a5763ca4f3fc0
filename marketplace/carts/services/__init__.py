"""What changes carts and requisitions: one use case a function, keyword-only."""
