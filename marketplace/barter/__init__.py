"""Barter: what companies give for what they want, found as swaps and as cycles of companies."""
