"""Two checkers who decide at once leave one decision; without the row's lock they leave two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.verification.models import Entry, VerificationFile
from crm_core.verification.services import keeping, review
from kernel.errors import FairfallError
from tests import verification_house as house_of
from tests.verification_house import House

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(documents_apart: Path, screening_not_required: None) -> House:
    made = house_of.build()
    house_of.submit(made)
    house_of.propose(made)
    return made


def both_confirm(house: House) -> list[str]:
    """What came of two confirmations at once: ``done``, a refusal's code or a failure's name."""
    together = Barrier(2)

    def confirm(actor: Actor) -> str:
        try:
            together.wait(10)
            review.confirm(actor=actor, company_id=house.company.pk)
        except FairfallError as refused:
            return refused.code
        except Exception as failure:
            return type(failure).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(confirm, (house.checker, house.third)))


def test_two_at_once_leave_one_decision(house: House) -> None:
    assert both_confirm(house) == ["done", "verification.no_proposal"]
    assert Entry.objects.filter(action="verified").count() == 1
    assert house.file.state == "verified"


def test_the_lock_is_what_holds_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: reading without the lock, both go on from the same state.

    The database still refuses the second entry of the same number: not a decision lost, but a
    failure where a refusal belongs.
    """
    read_together = Barrier(2)
    original = keeping.read

    def without_lock(self: QuerySet[Any], **_: Any) -> QuerySet[Any]:
        return self.all()

    def read(row: VerificationFile) -> Any:
        found = original(row)
        read_together.wait(10)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", without_lock)
    monkeypatch.setattr(keeping, "read", read)

    assert both_confirm(house) == ["IntegrityError", "done"]
    assert Entry.objects.filter(action="verified").count() == 1
