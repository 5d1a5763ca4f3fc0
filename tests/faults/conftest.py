"""Folders for launchers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """An empty folder that any account can reach (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="fairfall-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder, ignore_errors=True)
