"""Sell side: profile, categories, invitation contact."""
