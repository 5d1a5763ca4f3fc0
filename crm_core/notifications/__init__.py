"""In-app notices and e-mail."""
