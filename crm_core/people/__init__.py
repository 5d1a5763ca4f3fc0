"""The users who sign in."""
