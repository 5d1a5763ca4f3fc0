"""Two proposals over one listing, accepted at once: one is agreed. Without the locks both are."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import QuerySet

from crm_core.access.actor import Actor
from marketplace.barter.models import BarterListing, BarterProposal
from marketplace.barter.services import answering
from reference.loading import load_all
from tests import barter_house as house
from tests.barter_house import FASTENERS, STEEL

pytestmark = pytest.mark.django_db(transaction=True)


def contested() -> tuple[BarterListing, list[tuple[Actor, UUID]]]:
    """A listing of ten that two others want whole; its owner has accepted both proposals."""
    load_all()
    owner, *others = (house.trader() for _ in range(3))
    listing = house.active(owner)
    for each in others:
        house.active(each, FASTENERS, STEEL)
    found = house.proposed(owner, listing)
    assert len(found) == 2
    for proposal in found:
        answering.accept(actor=owner, proposal_id=proposal.pk)
    by_company = {each.company_id: each for each in others}
    last = []
    for proposal in found:
        party = proposal.parties.exclude(company_id=owner.company_id).get()
        last.append((by_company[party.company_id], proposal.pk))
    return listing, last


def both_accept(last: list[tuple[Actor, UUID]]) -> list[str]:
    """The states in which the proposals end when the last acceptances come at once."""
    together = Barrier(2)

    def accept(case: tuple[Actor, UUID]) -> None:
        try:
            together.wait(10)
            answering.accept(actor=case[0], proposal_id=case[1])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(accept, last))
    return sorted(f"{each.state} {each.end}" for each in BarterProposal.objects.all())


def meeting(monkeypatch: pytest.MonkeyPatch, *, lock: bool) -> None:
    """Both wait for each other once they have read the goods, as far as the locks let them."""
    read = Barrier(2)
    real = answering._locked

    def reading(rows: QuerySet[Any]) -> Iterable[Any]:
        found = real(rows) if lock else list(rows.order_by("pk"))
        with suppress(BrokenBarrierError):
            read.wait(2)
        return found

    monkeypatch.setattr(answering, "_locked", reading)


def test_goods_are_promised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    listing, last = contested()
    meeting(monkeypatch, lock=True)
    assert both_accept(last) == ["agreed ", "ended unavailable"]
    listing.refresh_from_db()
    assert listing.promised == Decimal(10)


def test_the_locks_are_what_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: reading without the locks, both promise the same goods."""
    _listing, last = contested()
    meeting(monkeypatch, lock=False)
    assert both_accept(last) == ["agreed ", "agreed "]
