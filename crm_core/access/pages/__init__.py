"""Pages about who one is: company, members, tokens, preferences, and the operator's desk."""
