"""Tags of the badges."""
