"""Two who take one invitation up at once bring one company; without the lock they bring two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from crm_core.access import company_invitations
from crm_core.companies import inviting_companies
from crm_core.companies.inviting_companies import link_secret
from crm_core.companies.models import Company, CompanyInvitation, Membership, Role
from crm_core.people.models import User
from infra.models import OutboxMessage
from kernel.errors import FairfallError
from tests.people import make_actor, make_user

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "oksana@dnipro-stal.example"


@pytest.fixture
def invitation() -> CompanyInvitation:
    officer = make_actor(Role.OFFICER)
    return company_invitations.invite(actor=officer, email=NEW, name="Dnipro Stal")


def both(act: Any) -> list[str]:
    """What came of two attempts at once: ``done``, a refusal's code or a failure's name."""
    together = Barrier(2)

    def attempt(number: int) -> str:
        try:
            together.wait(10)
            act(number)
        except FairfallError as refused:
            return refused.code
        except Exception as failure:
            return type(failure).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(attempt, (0, 1)))


def register(invitation: CompanyInvitation, person: User) -> Any:
    """Registering another company each time, so that only the invitation stands between them."""
    secret = link_secret(invitation)
    return lambda number: company_invitations.register_invited(
        user=person, secret=secret, legal_name=f"{'Dnipro Stal' if number else 'Odesa Kabel'} LLC",
        country="UA" if number else "PL", sells=True,
    )  # fmt: skip


def events() -> int:
    return OutboxMessage.objects.filter(type="company_invitation.taken_up").count()


def test_one_of_two_at_once_takes_it_up(invitation: CompanyInvitation) -> None:
    person = make_user(email=NEW)
    before = Company.objects.count()
    said = both(register(invitation, person))
    assert said == ["companies.company_invitation_invalid", "done"]
    assert Company.objects.count() == before + 1, "the loser's company is not there either"
    invitation.refresh_from_db()
    assert invitation.company == Membership.objects.get(user=person).company
    assert events() == 1


def test_the_lock_is_what_holds_it(
    invitation: CompanyInvitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: reading without the lock, both find it open and both register."""
    person = make_user(email=NEW)
    read_together = Barrier(2)
    original = inviting_companies.invitation_by

    def without_lock(self: QuerySet[Any], **_: Any) -> QuerySet[Any]:
        return self.all()

    def read(secret: str, *, lock: bool = False) -> CompanyInvitation:
        found = original(secret, lock=lock)
        read_together.wait(10)
        return found

    monkeypatch.setattr(QuerySet, "select_for_update", without_lock)
    monkeypatch.setattr(inviting_companies, "invitation_by", read)
    assert both(register(invitation, person)) == ["done", "done"]
    assert Membership.objects.filter(user=person).count() == 2
    assert events() == 2


def test_one_of_two_at_once_makes_the_account(invitation: CompanyInvitation) -> None:
    secret = link_secret(invitation)
    said = both(
        lambda number: company_invitations.come_as_new(
            secret=secret, full_name=f"Person {number}", password="correct horse", language="en"
        )
    )
    assert said == ["companies.company_invitation_invalid", "done"]
    assert User.objects.filter(email=NEW).count() == 1


def test_taken_up_or_taken_back_never_both(invitation: CompanyInvitation) -> None:
    person = make_user(email=NEW)
    officer = make_actor(Role.OFFICER, invitation.inviter)
    take = register(invitation, person)

    def act(number: int) -> None:
        if number:
            take(1)
        else:
            company_invitations.revoke(actor=officer, invitation_id=invitation.pk)

    said = both(act)
    assert said.count("done") == 1
    invitation.refresh_from_db()
    assert (invitation.state == "taken_up") == Membership.objects.filter(user=person).exists()


def test_two_officers_at_once_send_one_invitation(invitation: CompanyInvitation) -> None:
    officers = [make_actor(Role.OFFICER, invitation.inviter) for _ in range(2)]
    said = both(
        lambda number: company_invitations.invite(
            actor=officers[number], email="other@firm.example", name="Other firm"
        )
    )
    assert said == ["companies.already_invited", "done"]
