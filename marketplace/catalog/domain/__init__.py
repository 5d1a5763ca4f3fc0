"""The rules of the catalog: which price counts, which quantity can be ordered, which numbers are
formed rightly. Plain Python: no framework, no clock, no I/O."""
