"""One rule of the auction a file."""
