"""Suppliers who meet, and no gate that stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from auctions.realtime.process import stop_gate
from crm_core.access.actor import Actor
from tests import tender_house as house


@pytest.fixture(autouse=True)
def _no_gate_stays() -> Iterator[None]:
    """The room's page starts one."""
    yield
    stop_gate()


@pytest.fixture
def four() -> list[Actor]:
    """The bidders of four suppliers."""
    names = ("Baltmet AS", "Nordwerk Stahl GmbH", "Ferrum Sp. z o.o.", "Terra Acero SA")
    return [house.supplier(name) for name in names]
