"""What makes figures worthless."""


class BenchError(Exception):
    """A measurement did not hold what it needs to mean anything; the text says which and why."""
