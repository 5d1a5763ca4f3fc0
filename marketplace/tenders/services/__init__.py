"""What changes a tender: one use case a function, keyword-only."""
