"""Sealed means sealed: what nobody may read before its time is looked for wherever it could be.

``spelled`` finds a secret however it is written, ``sealed`` makes tenders of every format with
something hidden in each, ``everybody`` asks every address as everybody, ``kept`` reads the database
as a dump, Valkey and the queue.
"""
