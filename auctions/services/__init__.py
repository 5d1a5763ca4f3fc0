"""Opening, admission, closing."""
