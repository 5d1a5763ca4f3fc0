"""The demonstration's content, loaded by ``manage.py loaddemo``.

``LOADERS`` run in order. Each is given a ``say`` for its one-line report and must be repeatable:
on a second run it finds what it made, by its natural key, and leaves it.
"""

from __future__ import annotations

from collections.abc import Callable

from config.demo import (
    assortment,
    barter,
    catalog,
    companies,
    invited,
    orders,
    quotes,
    screening,
    tenders,
    verification,
    verified,
)

Say = Callable[[str], None]

LOADERS: list[Callable[[Say], None]] = [
    companies.load,
    screening.load,
    verification.load,
    verified.load,
    tenders.load,
    catalog.load,
    assortment.load,
    orders.load,
    quotes.load,
    barter.load,
    invited.load,
]
