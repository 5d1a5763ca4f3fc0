"""The pure auction core: no Django, no clock, no I/O."""
