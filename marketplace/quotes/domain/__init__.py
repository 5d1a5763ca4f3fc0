"""What the rules of quotes are, without a framework."""
