"""The home page tells each person what needs them now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from auctions.domain.commands import Withdraw
from crm_core.companies.models import Role, Standing
from crm_core.people.models import User
from crm_core.verification.models import VerificationFile
from infra.models import DeadLetter
from kernel.clock import utc_now
from marketplace.tenders import auctioning, selectors
from marketplace.tenders.models import Tender
from tests import tender_house as house
from tests.people import make_actor, make_company

pytestmark = pytest.mark.django_db


def home_of(actor) -> str:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client.get("/").content.decode()


def test_the_operator_finds_companies_to_verify_and_undelivered_messages():
    admin = make_actor(Role.PLATFORM_ADMIN)
    assert "No company waits" in home_of(admin)

    VerificationFile.objects.create(
        company=make_company(legal_name="Uus Teras OÜ", standing=Standing.DRAFT),
        state="submitted", submitted_at=utc_now(), asked=["identity"],
    )  # fmt: skip
    make_company(legal_name="Kontrollitud AS")
    DeadLetter.objects.create(
        handler="notices", source="auctions", subject="urn:x", seq=1, type="t", error="broken"
    )

    shown = home_of(admin)
    assert "Uus Teras OÜ" in shown
    assert "Kontrollitud AS" not in shown
    assert "1 message could not be handled" in shown


def test_a_verifier_sees_companies_and_no_messages():
    shown = home_of(make_actor(Role.VERIFIER))

    assert "Companies to verify" in shown
    assert "Undelivered messages" not in shown


def test_the_neutral_person_finds_open_auctions():
    arbiter = make_actor(Role.ARBITER)
    assert "No auction is open" in home_of(arbiter)
    tender = house.published(house.buyer(), [house.supplier("Baltmet AS")])

    shown = home_of(arbiter)

    assert reverse("auctions:console", args=[tender.auction_id]) in shown
    assert "No decision waits" in shown


@pytest.mark.parametrize("blind", [False, True])
def test_a_withdrawal_waits_for_the_buyer_or_where_blind_for_the_neutral_person(blind):
    officer, seller = house.buyer(), house.supplier("Baltmet AS")
    rules = {"blind": True} if blind else {}
    tender = house.published(officer, [seller, house.supplier("Nordwerk")], **rules)
    house.accept(seller, tender)
    seat = auctioning.seats(tender)[seller.company_id]
    house.play(
        tender,
        [(timedelta(minutes=1), seller, "540.00")],
        also=[(timedelta(minutes=1, seconds=20), Withdraw(seat=seat, lot=1, ref="w1"))],
        to_end=False,
    )

    asked = "A supplier asks to take back a bid"
    assert (asked in home_of(officer)) is not blind
    assert (asked in home_of(make_actor(Role.ARBITER))) is blind
    assert asked not in home_of(seller)


def test_the_buyers_figures_count_all_not_only_what_is_listed():
    officer, seller = house.buyer(), house.supplier("Baltmet AS")
    for _number in range(12):
        house.draft(officer)
    started = house.published(officer, [seller])
    Tender.objects.filter(pk=started.pk).update(starts_at=utc_now() - timedelta(minutes=1))
    house.published(officer, [seller])
    house.published(house.buyer("Teine AS"), [seller])

    assert selectors.buyer_figures(officer) == {
        "running": 1, "to_confirm": 0, "drafts": 12, "unanswered": 1,
    }  # fmt: skip
    assert "Open for bids" in home_of(officer)
