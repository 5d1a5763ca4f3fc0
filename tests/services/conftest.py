"""Fixtures of the tests of services."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screening_house import IN_FULL, LISTED, OTHER, listed


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    listed(tmp_path, LISTED, OTHER, IN_FULL)
    return tmp_path
