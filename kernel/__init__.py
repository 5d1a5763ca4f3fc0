"""Plain Python vocabulary: decimals, ids, clock, errors, canonical JSON."""
