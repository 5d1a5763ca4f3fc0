"""Pages of verification: a company's own, and those of the operator's people."""
