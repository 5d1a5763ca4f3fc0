"""Forms of the verification pages."""
