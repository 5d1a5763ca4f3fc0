"""Orders: what a buyer has bound itself to take from a supplier, and how the supplier answers."""
