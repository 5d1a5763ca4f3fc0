"""The demonstration's content, its programs that bid, and its card on the home page."""
