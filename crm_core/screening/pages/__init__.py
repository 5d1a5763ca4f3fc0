"""The operator's pages of screening."""
