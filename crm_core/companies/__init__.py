"""Companies and the memberships that bind people to them."""
