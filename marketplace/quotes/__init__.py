"""Requests for quotation: suppliers quote sealed, the buyer compares and accepts line by line."""
