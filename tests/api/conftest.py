"""Fixtures of the tests over pages and API."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from crm_core.screening.models import Hit, Subject
from tests.screening_house import (
    LISTED,
    PERSON,
    VOSTOK,
    company,
    listed,
    only_hit,
    person,
)


@pytest.fixture
def uploads_apart(tmp_path: Path, settings: Settings) -> None:
    """Uploads lie below VAR_DIR, which all test workers share."""
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """A company with an open hit, and a director with another."""
    listed(tmp_path, LISTED, PERSON)
    made, subject = company(legal_name=VOSTOK, country="RU")
    person(made.pk, "Iwan Probow", birth="1968")
    return subject


@pytest.fixture
def hit(subject: Subject) -> Hit:
    return only_hit(subject)
