"""One browser and one site for the tests of a module, and a browser of each person's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker

from tests.browser import started
from tests.e2e.live import Visitor, site
from tests.rooms import Supplier


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, without a window."""
    with started() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Where the site is served, with a clock of its own."""
    with django_db_blocker.unblock(), site() as started_at:
        yield started_at


@pytest.fixture
def visitor(chromium: Browser, address: str) -> Iterator[Callable[..., Visitor]]:
    """Opens a person's own browser; at the end no script or policy may have complained."""
    made: list[Visitor] = []

    def visit(person: Supplier, **options: Any) -> Visitor:
        made.append(Visitor(chromium, address, person, **options))
        return made[-1]

    yield visit
    complaints = [line for each in made for line in each.complaints]
    for each in made:
        each.context.close()
    assert complaints == []
