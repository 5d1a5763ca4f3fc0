"""Gate, hub, messages, consumers."""
