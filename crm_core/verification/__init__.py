"""Whether a company is who it says: decided by two people on evidence, for a time, in facets."""
