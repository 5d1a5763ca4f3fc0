"""Finding listed entities that may be a subject, and saying how alike they are, and why."""
