"""Tenders: lots, terms, invitations, publication, result."""
