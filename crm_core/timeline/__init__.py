"""Timeline: what happened between two companies, written by trade itself."""
