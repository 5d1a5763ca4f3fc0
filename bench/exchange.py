"""Importing a supplier's offers beside a raw COPY of the same rows into the same tables.

The floor is what the database alone takes: the rows that the import wrote are read out, removed and
written again by COPY, with every index, trigger and foreign key.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

KEYS = ("import_rows_per_s", "copy_rows_per_s")
"""What every run gives."""
TABLES = ("catalog_product", "catalog_offer", "catalog_price", "catalog_pricechange")
_HEAD = ("sku,name_en,manufacturer,part_number,gtin,category,unit,min_order,increment,currency,"
         "price_1,from_2,price_2")  # fmt: skip


def measure(actor: Any, rows: int, say: Callable[[str], None]) -> dict[str, float]:
    """The figures of one run for a catalog manager of a company without offers, in a database that
    holds no other offers. Needs Django set up; runs in the caller's transaction, which is to be
    rolled back."""
    say(f"Importing {rows} rows")
    began = time.monotonic()
    _imported(actor, file_of(rows))
    imported = time.monotonic() - began
    say("Writing the same rows by COPY")
    return {"import_rows_per_s": rows / imported, "copy_rows_per_s": rows / _copied()}


def file_of(rows: int) -> bytes:
    """A CSV file of so many offers, each of a product of its own with two prices."""
    from marketplace.catalog.domain.gtin import check_digit

    lines = [_HEAD]
    for at in range(rows):
        body = f"{4_000_000_000_000 + at:013d}"
        lines.append(
            f"S-{at},Hexagon bolt {at},Maker,P-{at},{body}{check_digit(body)},14622000-7,C62,1,1,"
            f"EUR,{10 + at % 90}.5,10,{9 + at % 90}"
        )
    return "\n".join(lines).encode()


def _imported(actor: Any, content: bytes) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from marketplace.exchange.models import RunState
    from marketplace.exchange.services import imports, working

    run = imports.upload(actor=actor, file=SimpleUploadedFile("offers.csv", content))
    working.go_on(run.pk)
    imports.activate(actor=actor, run_id=run.pk)
    working.go_on(run.pk)
    run.refresh_from_db()
    if run.state != RunState.ACTIVATED or run.wrong:
        raise RuntimeError(f"the import is {run.state}: {run.failure}, {run.wrong} wrong rows")


def _copied() -> float:
    """Seconds that COPY takes for what is in the tables now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        kept: dict[str, bytes] = {}
        for table in TABLES:
            with cursor.copy(f"COPY {table} TO STDOUT") as out:
                kept[table] = b"".join(bytes(part) for part in out)
        for table in reversed(TABLES):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a name from above
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        began = time.monotonic()
        for table, content in kept.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as into:
                into.write(content)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return time.monotonic() - began
