"""Sealed offers over HTTP: keys, an envelope made by the example program, refusals, the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from auctions.domain.formats.sealed import purpose
from auctions.domain.terms import SealedTerms
from auctions.services import sealing as service
from crm_core.companies.models import Role
from examples.sealed_offer import seal
from kernel import sealing
from marketplace.tenders import terms_values
from tests.api.sealed import AUDITOR, OFFER, WRAPPED, ask, sealed_room
from tests.rooms import Room, Supplier, company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Iterator[Room]:
    yield from sealed_room(keyed=False)


def test_the_example_seals_what_the_rules_open(room: Room) -> None:
    auditor = company(Role.ARBITER, operates=True)
    body = {"public_key": sealing.public_key_of(AUDITOR).hex(), "wrapped": WRAPPED}
    made = ask(auditor, room, "sealing/auditor-key/", body)
    assert (made.status_code, made.json()["wrapped"]) == (200, WRAPPED)
    assert ask(room.buyer, room, "sealing/").json()["wrapped"] == ""

    one, other = room.suppliers
    snapshot = ask(one, room, "").json()
    keys = snapshot["lots"][0]["sealed"]
    offer = seal(keys["auditor_key"], keys["office_key"], one.seat, 1, "743.19")
    first = ask(one, room, "sealed-offers/", {"lot": 1, "envelope": offer["envelope"]}, "s1")
    again = ask(one, room, "sealed-offers/", {"lot": 1, "envelope": offer["envelope"]}, "s1")
    assert (first.status_code, again.status_code) == (201, 200), first.json()
    assert first.json()["result"]["fingerprint"] == offer["fingerprint"]
    own = ask(one, room, "").json()["lots"][0]["sealed"]
    assert own["own_fingerprint"] == offer["fingerprint"]
    assert ask(other, room, "").json()["lots"][0]["sealed"]["own_fingerprint"] is None
    assert ask(room.buyer, room, "sealing/").json()["offers"] is None

    office = bytes.fromhex(service.office_key(actor=room.buyer.actor, auction_id=room.id))
    text = sealing.open_envelope(
        AUDITOR, office, purpose(one.seat, 1), bytes.fromhex(offer["envelope"])
    )
    assert json.loads(text) == {"amount": "743.19"}


def test_refusals_are_problems(room: Room) -> None:
    one = room.suppliers[0]
    none = ask(one, room, "sealed-offers/", {"lot": 1, "envelope": OFFER}, "s1")
    assert (none.status_code, none.json()["code"]) == (409, "auction.sealing_not_ready")
    bid = ask(one, room, "bids/", {"lot": 1, "amount": "900.00"}, "s2")
    assert (bid.status_code, bid.json()["code"]) == (409, "auction.not_in_format")
    assert ask(one, room, "sealing/").status_code == 403
    assert ask(company(Role.BIDDER, sells=True), room, "sealing/").status_code == 404
    assert ask(one, room, "sealing/office-key/").status_code == 403
    early = ask(
        company(Role.ARBITER, operates=True), room, "sealing/hand-over/", {"key": AUDITOR.hex()}
    )
    assert (early.status_code, early.json()["code"]) == (422, "auction.key_differs")
    unready = ask(room.buyer, room, "sealing/open/", {})
    assert (unready.status_code, unready.json()["code"]) == (409, "auction.auditor_key_missing")


def test_the_page_of_the_opening_says_who_is_waited_for(room: Room) -> None:
    def page(person: Supplier) -> Any:
        made = Client()
        made.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
        return made.get(f"/auctions/{room.id}/opening/")

    buyer = page(room.buyer)
    assert b"Nobody can offer before the auditor" in buyer.content
    assert b"Save the office key" in buyer.content
    keeper = page(company(Role.ARBITER, operates=True))
    assert b"Make the auditor" in keeper.content
    assert b"Save the office key" not in keeper.content
    assert page(room.suppliers[0]).status_code == 302
    assert page(company(Role.BIDDER, sells=True)).status_code == 404


@pytest.mark.parametrize("name", ["sealed", "vickrey"])
def test_the_settings_of_a_tender_make_terms_without_a_problem(name: str) -> None:
    rules = {"format": name, "starts_at": "2099-01-01T10:00:00Z", "length": "1440",
             "ties": "forbid_lead", "basis": "leader", "sealed.keeper": "auditor",
             # As a draft holds them that was an English auction before.
             "soft_close.window": "3", "feedback.hide_ranks_last": "5",
             "guard.block": "50"}  # fmt: skip
    values, problems = terms_values.read(rules)
    assert problems == []
    assert not values["soft_close"].window
    assert not values["feedback"].hide_ranks_last
    assert values["guard"].block is None
    assert values["sealed"] == SealedTerms(keeper=values["sealed"].keeper, show_count=False)
    assert (values["sealed"].keeper, values["basis"], values["ties"]) == ("auditor", "own", "first")


def test_an_edit_cannot_bring_a_soft_close_in(room: Room) -> None:
    terms = ask(room.buyer, room, "").json()["terms"]
    ask(room.buyer, room, "pause/", {"reason": "A drawing was replaced."}, "p")
    late = {**terms["soft_close"], "window": 180_000_000, "reset": 180_000_000}
    longer = {**terms, "version": 2, "length": terms["length"] + 60_000_000}
    refused = ask(room.buyer, room, "terms/", {"terms": {**longer, "soft_close": late}}, "t1")
    assert (refused.status_code, refused.json()["code"]) == (422, "terms.rule_not_here")
    assert "soft_close.window" in refused.content.decode()
    assert ask(room.buyer, room, "terms/", {"terms": longer}, "t2").status_code == 201


def test_nor_can_the_page_of_the_times_beside_whose_field_it_is_told(room: Room) -> None:
    ask(room.buyer, room, "pause/", {"reason": "A drawing was replaced."}, "p")
    made = Client()
    made.force_login(room.buyer.user, backend="django.contrib.auth.backends.ModelBackend")
    url = f"/auctions/{room.id}/times/"
    form = made.get(url).context["form"]
    given = {name: form[name].value() for name in form.fields}
    refused = made.post(url, {**given, "window": "0:03:00", "reset": "0:03:00"})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["window"]
    assert (
        made.post(url, {**given, "length": "1:00:00", "hard_stop": "48:00:00"}).status_code == 302
    )
