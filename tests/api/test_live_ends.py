"""What the live pages lead to: late invitations while open, protocol and verification after."""

from __future__ import annotations

from datetime import timedelta
from threading import BoundedSemaphore

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from auctions.services import checking
from crm_core.companies.models import Role
from reference.models import Currency, Unit
from tests import tender_house as house
from tests.rooms import company, open_room
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _shared_lists() -> None:
    Currency.objects.create(code="EUR", digits=2, name_en="Euro")
    Unit.objects.create(code="TNE", symbol_en="t", name_en="tonne")


@pytest.fixture
def open_tender(officer, sellers):
    tender = house.published(officer, sellers)
    for seller in sellers:
        house.accept(seller, tender)
    return tender


@pytest.fixture
def ended(open_tender, sellers):
    house.play(open_tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])
    return open_tender


def live_page(client: Client, tender, name: str) -> str:
    return client.get(reverse(f"auctions:{name}", args=[tender.auction_id])).content.decode()


def verification(client: Client, auction_id):
    return client.get(reverse("auctions:verification", args=[auction_id]))


def test_the_buyer_invites_late_from_the_console_a_supplier_does_not(officer, sellers, open_tender):
    late = reverse("tenders:invite", args=[open_tender.pk])

    assert late in live_page(signed_in(officer), open_tender, "console")
    assert late not in live_page(signed_in(sellers[0]), open_tender, "room")
    assert signed_in(officer).get(late).status_code == 200


def test_an_auditor_of_the_buyer_invites_nobody(officer, open_tender):
    auditor = house.person(open_tender.company, Role.AUDITOR)

    html = live_page(signed_in(auditor), open_tender, "console")

    assert reverse("tenders:invite", args=[open_tender.pk]) not in html


@pytest.mark.parametrize("side", ["buyer", "supplier"])
def test_both_sides_reach_result_and_protocol_in_every_form(officer, sellers, ended, side):
    client, name = (
        (signed_in(officer), "console") if side == "buyer" else (signed_in(sellers[0]), "room")
    )

    html = live_page(client, ended, name)

    for target in ("result", "protocol", "protocol-pdf", "protocol-json"):
        address = reverse(f"tenders:{target}", args=[ended.pk])
        assert address in html
        assert client.get(address).status_code == 200
    assert reverse("auctions:verification", args=[ended.auction_id]) in html


def test_the_buyer_reads_that_all_fits_and_who_won(officer, sellers, ended):
    found = verification(signed_in(officer), ended.auction_id)

    html = found.content.decode()
    assert found.status_code == 200
    assert 'data-state="ok"' in html
    assert "(Nordwerk Stahl GmbH) at 530" in html
    assert "every entry is opened to you" in html


def test_a_supplier_reads_its_own_side_with_its_receipts(officer, sellers, ended):
    html = verification(signed_in(sellers[0]), ended.auction_id).content.decode()

    assert 'data-state="ok"' in html
    assert "Nordwerk Stahl GmbH" not in html
    assert "your own entries and what the terms open to participants" in html
    assert "Your own bids are what the rules accept." in html
    assert "530.00" not in html
    assert "won by seat" not in html
    assert "could not be opened" in html


def test_where_the_terms_are_public_a_supplier_reads_who_won_by_seat(officer, sellers):
    tender = house.published(officer, sellers, disclosure="public")
    for seller in sellers:
        house.accept(seller, tender)
    house.play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "530.00")])

    html = verification(signed_in(sellers[0]), tender.auction_id).content.decode()

    assert "won by seat" in html
    assert "Nordwerk Stahl GmbH" not in html


def test_a_changed_entry_is_named(officer, ended):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table cannot be altered here
        cursor.execute(
            "ALTER TABLE auctions_ledgerentry DISABLE TRIGGER auctions_ledgerentry_append_only"
        )
        cursor.execute(
            "UPDATE auctions_ledgerentry SET body = replace(body, '530', '520')"
            " WHERE auction_id = %s AND kind = 'bid_placed' AND body LIKE '%%530%%' RETURNING seq",
            [ended.auction_id],
        )
        (seq,) = cursor.fetchone()

    html = verification(signed_in(officer), ended.auction_id).content.decode()

    assert 'data-state="failed"' in html
    assert f"ntry {seq}" in html
    assert 'data-level="failed"' in html


def test_before_the_end_there_is_nothing_to_verify_and_strangers_find_nothing():
    room = open_room()
    buyer, stranger = Client(), Client()
    buyer.force_login(room.buyer.user)
    stranger.force_login(company(Role.BIDDER, sells=True).user)

    early = verification(buyer, room.id)

    assert early.status_code == 302
    assert early.headers["Location"] == reverse("auctions:room", args=[room.id])
    assert verification(stranger, room.id).status_code == 404


def test_verification_runs_apart_within_the_limits_of_a_check(officer, sellers, ended, monkeypatch):
    """Not in the process that serves the auctions; strangers' checks keep nobody waiting here."""
    monkeypatch.setattr(checking, "_WAIT", 0.001)
    browser = signed_in(sellers[0])
    for _ in range(checking.AT_ONCE):
        checking._room.acquire()
    try:
        assert verification(browser, ended.auction_id).status_code == 200
    finally:
        for _ in range(checking.AT_ONCE):
            checking._room.release()

    for limit, status in (("SECONDS", 413), ("LEDGER_LIMIT", 413), ("AT_ONCE", 503)):
        with monkeypatch.context() as patch:
            if limit == "AT_ONCE":
                patch.setattr(checking, "_own_room", BoundedSemaphore(1))
                checking._own_room.acquire()
            else:
                patch.setattr(checking, limit, 0.001)
            answer = verification(browser, ended.auction_id)
        html = answer.content.decode()
        assert answer.status_code == status, limit
        assert 'data-state="unchecked"' in html
        assert 'id="findings"' not in html
        assert reverse("auctions:verify") in html
    assert 'data-state="ok"' in verification(browser, ended.auction_id).content.decode()


def test_verification_is_asked_for_so_often_and_by_each_for_themselves(sellers, ended, settings):
    cache.clear()
    settings.LEDGER_CHECK_RATE_LIMITS = {"ledger_verification": "2/m/user"}
    first, second = (signed_in(seller) for seller in sellers[:2])
    asked = [verification(first, ended.auction_id).status_code for _ in range(3)]
    assert asked == [200, 200, 429]
    assert verification(second, ended.auction_id).status_code == 200
