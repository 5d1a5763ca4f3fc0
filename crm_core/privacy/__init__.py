"""What is kept about a person: shown, handed out as a file, erased on request."""
