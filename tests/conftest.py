"""What every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from whitenoise.middleware import WhiteNoiseMiddleware

from auctions.realtime.process import running_gate, stop_gate
from config.launch.steps import compile_translations
from crm_core.access.actor import Actor
from infra.keys import KeyRing, key_ring
from marketplace import lists
from reference.loading import load_all
from tests import tender_house as house
from tests.emptied import emptied, staying_rows


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Rate limits, cached pages and what was read of the shared lists must not reach the next
    test: there may be no lists in the one, and lists in the other."""
    cache.clear()
    lists.forget()


@pytest.fixture(autouse=True)
def _gate_ended(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The page of a room starts the gate of this process. Its lease would have the next test's
    decisions wait for it, and its connection keep the test database in use."""
    before = running_gate()
    yield
    found = running_gate()
    # A browser's site lives longer than a test and ends its gate itself.
    if found is not None and found is not before and not request.node.get_closest_marker("e2e"):
        with django_db_blocker.unblock():
            stop_gate()
            connection.close_pool()


@pytest.fixture
def documents_apart(settings: Any, tmp_path: Path) -> Path:
    """Documents are kept in a folder of the test's own."""
    options = {**settings.STORAGES["documents"]["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {
        **settings.STORAGES, "documents": {**settings.STORAGES["documents"], "OPTIONS": options},
    }  # fmt: skip
    return tmp_path


@pytest.fixture
def keys_apart(settings: Any, tmp_path: Path) -> KeyRing:
    """The platform's keys are in a folder of the test's own."""
    settings.PLATFORM_KEY_DIR = tmp_path / "keys"
    return key_ring()


@pytest.fixture
def screening_not_required(settings: Any) -> None:
    """Companies are decided on without having been screened."""
    settings.SCREENING_REQUIRED = False


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    """The texts as they are now: compiled files are not kept in the repository."""
    compile_translations(Path(settings.BASE_DIR) / "locale")


@pytest.fixture(scope="session", autouse=True)
def _static_files_once() -> Iterator[None]:
    """The table of static files is made once, by WhiteNoise itself.

    Every test client is a handler of its own, and each would look at all the files again, which
    takes longer than most of the requests.
    """
    look = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, dict[str, Any]] = {}

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if self.static_prefix not in found:
            before = dict(self.files)
            look(self)
            found[self.static_prefix] = {
                url: file for url, file in self.files.items() if before.get(url) is not file
            }
        self.files.update(found[self.static_prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let transactional tests empty the test database, the ledger too.

    Only the triggers against TRUNCATE are set aside, in the test database; the tests of the
    ledger switch them on again.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in (
            "auctions_ledgerentry", "auctions_attemptentry", "auctions_checkpoint",
            "verification_entry", "companies_peopleentry", "badges_certificate",
        ):  # fmt: skip
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_truncate")
    with django_db_blocker.unblock():
        expected = staying_rows()
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def empty_or_flush(self: Any) -> None:
        nothing_special = self.available_apps is None and not self.serialized_rollback
        if not (nothing_special and emptied(expected)):
            flush(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_or_flush)
        yield


@pytest.fixture
def officer() -> Actor:
    """A procurement officer."""
    return house.buyer()


@pytest.fixture
def sellers() -> list[Actor]:
    """The bidders of two suppliers."""
    return [house.supplier("Baltmet AS"), house.supplier("Nordwerk Stahl GmbH")]


@pytest.fixture
def lists_loaded(db: None) -> None:
    """The shared lists: currencies, units, categories."""
    load_all()
