"""Bringing the shipped lists into the database; repeated loading changes nothing."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from django.db import models, transaction

from reference.models import Category, Currency, LoadedList, Unit

DATA = Path(__file__).resolve().parent / "data"
Row = Mapping[str, str]


def _currency(row: Row) -> Currency:
    return Currency(code=row["code"], digits=int(row["digits"]), **_names(row))


def _unit(row: Row) -> Unit:
    return Unit(
        code=row["code"],
        symbol_en=row["symbol"],
        symbol_ru=row["symbol_ru"],
        symbol_uk=row["symbol_uk"],
        kind=row["kind"],
        factor=row["factor"],
        offset=row["offset"],
        **_names(row),
    )


def _names(row: Row) -> dict[str, str]:
    return {f"name_{language}": row[language] for language in ("en", "ru", "uk")}


def level_of(code: str) -> int:
    """How many digits of a CPV code carry meaning: 2 for a division, up to 8."""
    return max(2, len(code[:8].rstrip("0")))


def _categories(rows: list[Row]) -> list[models.Model]:
    """Categories, parents before children. A skipped level makes the nearest ancestor parent."""
    by_prefix = {row["code"][: level_of(row["code"])]: row["code"] for row in rows}
    found: list[models.Model] = []
    for row in sorted(rows, key=lambda row: (level_of(row["code"]), row["code"])):
        level = level_of(row["code"])
        ancestors = (by_prefix.get(row["code"][:length]) for length in range(level - 1, 1, -1))
        parent = next((code for code in ancestors if code), None)
        found.append(Category(code=row["code"], level=level, parent_id=parent, **_names(row)))
    return found


def load_all() -> dict[str, int]:
    """Load every list that is not in the database as shipped; rows written by list."""
    return {
        "currencies": _load("currencies.csv", Currency, lambda rows: [_currency(r) for r in rows]),
        "units": _load("units.csv", Unit, lambda rows: [_unit(r) for r in rows]),
        "categories": _load("cpv.csv", Category, _categories),
    }


def _load(
    file: str, model: type[models.Model], build: Callable[[list[Row]], list[models.Model]]
) -> int:
    content = (DATA / file).read_bytes()
    fingerprint = hashlib.sha256(content).hexdigest()
    if LoadedList.objects.filter(name=file, fingerprint=fingerprint).exists():
        return 0
    entries = build(list(csv.DictReader(content.decode("utf-8").splitlines())))
    names = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    with transaction.atomic():
        model._default_manager.bulk_create(
            entries, batch_size=2000, update_conflicts=True, unique_fields=["code"],
            update_fields=names,
        )  # fmt: skip
        LoadedList.objects.update_or_create(name=file, defaults={"fingerprint": fingerprint})
    return len(entries)
