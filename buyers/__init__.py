"""Buy side: supplier lists."""
