"""Migrations that two branches made at once are seen at once: one number twice, or two ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.architecture.house import room_of

LOADER = MigrationLoader(None)
APPS = sorted(config.label for config in apps.get_app_configs() if room_of(config.name))


def numbers_twice(names: Iterable[str]) -> list[str]:
    counted = Counter(name.split("_", 1)[0] for name in names)
    return sorted(number for number, many in counted.items() if many > 1)


def test_the_reader_of_numbers_sees_one_twice() -> None:
    assert numbers_twice(["0001_initial", "0002_one", "0002_other"]) == ["0002"]
    assert len(APPS) > 10


@pytest.mark.parametrize("app", APPS)
def test_each_number_is_there_once_and_there_is_one_end(app: str) -> None:
    assert numbers_twice(name for label, name in LOADER.disk_migrations if label == app) == []
    ends = LOADER.graph.leaf_nodes(app)
    assert len(ends) == (1 if app in LOADER.migrated_apps else 0), ends
