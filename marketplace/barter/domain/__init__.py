"""The rules of barter, in plain Python: who could give to whom, cycles, balance, residual cash."""
