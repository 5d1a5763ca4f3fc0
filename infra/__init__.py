"""Django plumbing without business words."""
