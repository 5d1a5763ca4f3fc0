"""What changes orders: one use case a function, keyword-only."""
