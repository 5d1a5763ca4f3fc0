"""Offers in and out as files: staged, compared, approved, made active and taken back."""
