"""What changes about a verification, one use case a function."""
