"""Files from outside: what they really are, whether they are safe to keep, where they are kept."""
