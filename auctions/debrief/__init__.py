"""What each participant is told after the close: its own way through the auction."""
