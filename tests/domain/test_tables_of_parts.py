"""Tables put together from parts: each kind of entry stands in exactly one of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from typing import Any

import pytest

from auctions.domain import evolve
from auctions.domain.events import KINDS
from auctions.domain.visibility import happenings


@pytest.mark.parametrize(("package", "table"), [(evolve, "REDUCERS"), (happenings, "VIEWS")])
def test_every_kind_of_entry_has_its_place_in_one_part(package: Any, table: str) -> None:
    parts = [
        importlib.import_module(f"{package.__name__}.{each.name}")
        for each in pkgutil.iter_modules(package.__path__)
    ]
    found = Counter(kind for part in parts for kind in getattr(part, table, {}))
    assert set(found) == set(KINDS.values())
    assert [kind.__name__ for kind, times in found.items() if times > 1] == []
