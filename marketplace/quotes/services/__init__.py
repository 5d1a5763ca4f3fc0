"""What changes requests and quotes: one use case a function, keyword-only."""
