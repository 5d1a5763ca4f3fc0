"""Three unfinished rehearsals of a company, however fast asked for; without the lock four."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from auctions.rehearsal import services, tasks
from auctions.rehearsal.errors import RehearsalsWaiting
from auctions.rehearsal.models import Rehearsal
from auctions.rehearsal.setup import Setup
from crm_core.access.actor import Actor
from marketplace.tenders.models import Tender
from marketplace.tenders.services import rehearsing
from tests import tender_house as house

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {"bots": "3", "runs": "2", "seed": "s1", "strategies": ["straightforward"], "steps": "2"}


@pytest.fixture
def tender(officer: Actor, sellers: list[Actor], monkeypatch: pytest.MonkeyPatch) -> Tender:
    """With two that wait; nobody plays them."""
    monkeypatch.setattr(tasks.go_on, "delay", lambda _: None)
    made = house.draft(officer, sellers)
    for _ in range(services.MOST_WAITING - 1):
        rehearsing.rehearse(actor=officer, tender_id=made.pk, typed=SMALL)
    return made


def asked_at_once(officer: Actor, tender: Tender, many: int) -> list[bool]:
    together = Barrier(many)

    def ask(_number: int) -> bool:
        try:
            together.wait(10)
            rehearsing.rehearse(actor=officer, tender_id=tender.pk, typed=SMALL)
        except RehearsalsWaiting:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(many) as pool:
        return sorted(pool.map(ask, range(many)))


def test_of_four_at_once_one_is_the_third(officer: Actor, tender: Tender) -> None:
    assert asked_at_once(officer, tender, 4) == [False, False, False, True]
    assert Rehearsal.objects.count() == services.MOST_WAITING


def test_the_lock_is_what_holds_it(
    officer: Actor, tender: Tender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: without it both have counted two before either is there."""
    counted = Barrier(2)
    document = Setup.document

    def without_lock(self: QuerySet[Any], **_: Any) -> QuerySet[Any]:
        return self.all()

    def after_counting(setup: Setup) -> Any:
        counted.wait(10)
        return document(setup)

    monkeypatch.setattr(QuerySet, "select_for_update", without_lock)
    monkeypatch.setattr(Setup, "document", after_counting)

    assert asked_at_once(officer, tender, 2) == [True, True]
    assert Rehearsal.objects.count() == services.MOST_WAITING + 1
