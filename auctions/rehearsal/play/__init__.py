"""The rehearsal itself, pure: the machine, bots and a simulated clock. No Django, no I/O."""
