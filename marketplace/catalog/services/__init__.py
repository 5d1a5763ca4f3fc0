"""What changes the catalog: one use case a function, keyword-only."""
