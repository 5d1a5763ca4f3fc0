"""Rehearsal: the real terms, played in fast time with bots, and a supplier's practice."""
