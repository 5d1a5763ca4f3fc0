"""Everything the database keeps, to look for what must not be in it."""

from __future__ import annotations

from django.apps import apps
from django.db import connection


def everything_kept() -> str:
    """Every row of every table, as text; binary fields in hex."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def tells(kept: str, secret: str) -> bool:
    """Whether a secret stands in what is kept, as it is or as hex of its text."""
    return secret in kept or secret.encode().hex() in kept.lower()
