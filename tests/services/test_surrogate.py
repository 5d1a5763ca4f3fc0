"""Surrogate bids on PostgreSQL: approved, placed over HTTP by a neutral person, told and marked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from auctions import surrogate_notices
from auctions.domain.commands import ApproveSurrogate, Officer, PlaceSurrogateBid
from auctions.domain.state import EMPTY
from auctions.domain.visibility import Role as Looker
from auctions.domain.visibility import Viewer
from auctions.ledger.disclosure import Scope
from auctions.ledger.disclosure import Viewer as Reader
from auctions.ledger.exports import export_ledger
from auctions.ledger.verify import verify
from auctions.realtime.audience import Audience
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import officer_party
from auctions.realtime.process import gate, stop_gate
from auctions.realtime.reading import steps_after
from auctions.realtime.rendering import Renderer
from auctions.services.own_bids import own_bids, workbook
from auctions.services.policies import place_of, surroundings
from crm_core.companies.models import Membership, Role
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.timeline.models import Interaction
from infra import relay
from infra.keys import key_ring
from tests.rooms import Room, Supplier, company, open_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running() -> Iterator[Room]:
    room = open_room(surrogates=True)
    room.everyone_accepts(gate())
    time.sleep(0.6)
    yield room
    stop_gate()
    connection.close_pool()


@pytest.fixture
def neutral() -> Supplier:
    return company(Role.ARBITER, operates=True)


def client_of(person: Supplier) -> Client:
    client = Client(headers={"X-Company": str(person.company.pk)})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(person: Supplier, room: Room, name: str, body: dict[str, Any]) -> Any:
    return client_of(person).post(
        f"/api/v1/auctions/{room.id}/{name}/",
        {"lot": 1, **body},
        content_type="application/json",
        HTTP_IDEMPOTENCY_KEY=room.ref(),
    )


def approve(room: Room, supplier: Supplier, amount: str) -> Any:
    return post(supplier, room, "surrogate-approvals", {"amount": amount, "retyped": amount})


def place(room: Room, by: Supplier, supplier: Supplier, amount: str) -> Any:
    body = {"seat": supplier.seat, "amount": amount, "reason": "Told by telephone"}
    return post(by, room, "surrogate-bids", body)


def test_from_the_approval_to_the_supplier_that_is_told(running: Room, neutral: Supplier) -> None:
    first, second = running.suppliers
    answer = approve(running, first, "850.00")
    assert (answer.status_code, answer.json()["result"]) == (
        201, {"lot": 1, "amount": "850.00"}
    )  # fmt: skip
    url = f"/api/v1/auctions/{running.id}/"
    mine = client_of(first).get(url).json()["lots"][0]
    assert (mine["own"]["surrogate"], mine["surrogates"]) == ("850.00", None)
    shown = client_of(neutral).get(url).json()["lots"][0]["surrogates"]
    assert shown == [
        {"seat": first.seat, "name": first.company.legal_name, "least": "850.00",
         "most": "1000.00", "best": None, "currency": None},
    ]  # fmt: skip
    for other in (second, running.buyer):
        told = client_of(other).get(url).content.decode()
        assert "850.00" not in told
        assert client_of(other).get(url).json()["lots"][0]["surrogates"] is None

    assert place(running, neutral, first, "870.00").status_code == 201
    bid = client_of(first).get(url).json()["own_bids"][0]
    assert (bid["amount"], bid["surrogate"], bid["message"]) == (
        "870.00", True, "Told by telephone"
    )  # fmt: skip
    buyers = client_of(running.buyer).get(url).json()["lots"][0]["participants"]
    marks = {each["seat"]: each["surrogate"] for each in buyers}
    assert marks == {first.seat: True, second.seat: False}

    relay.drain()
    relay.drain()
    (notice,) = Notice.objects.filter(kind=surrogate_notices.KIND)
    assert (notice.recipient, notice.company_id) == (first.user, first.company.pk)
    assert notice.data == {
        "amount": "870.00", "currency": "EUR", "lot": 1, "reference": "T-2026-1",
        "reason": "Told by telephone",
    }  # fmt: skip
    assert OutgoingMail.objects.filter(to=first.user.email).count() == 1
    # One fact for the supplier, one for the buyer, one for the operator.
    assert Interaction.objects.filter(kind="bid").count() == 3


def test_only_once_only_what_was_approved_only_by_the_neutral_person(
    running: Room, neutral: Supplier
) -> None:
    first, second = running.suppliers
    operator = Supplier(neutral.company, neutral.user)

    def code(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    assert code(place(running, operator, first, "900.00")) == (
        409, "auction.surrogate_not_approved"
    )  # fmt: skip
    approve(running, first, "850.00")
    for stranger in (running.buyer, first, second):
        assert place(running, stranger, first, "900.00").status_code == 403
    assert place(running, company(Role.ARBITER, sells=True), first, "900.00").status_code == 404
    assert code(place(running, operator, first, "849.99")) == (409, "auction.below_approval")
    assert code(place(running, operator, second, "900.00")) == (
        409, "auction.surrogate_not_approved"
    )  # fmt: skip
    for person in (running.buyer, operator):
        assert approve(running, person, "800.00").status_code == 403
    # Bidding by hand ends it.
    assert isinstance(running.place(gate(), first, "900.00"), Ack)
    assert code(place(running, operator, first, "880.00")) == (
        409, "auction.surrogate_not_approved"
    )  # fmt: skip
    approve(running, first, "850.00")
    assert place(running, operator, first, "880.00").status_code == 201
    assert code(place(running, operator, first, "860.00")) == (
        409, "auction.surrogate_not_approved"
    )  # fmt: skip
    assert running.kinds().count("surrogate_bid_placed") == 1
    approve(running, first, "850.00")
    assert post(first, running, "surrogate-ends", {}).status_code == 201
    assert post(first, running, "surrogate-ends", {}).status_code == 409
    assert code(place(running, operator, first, "860.00")) == (
        409, "auction.surrogate_not_approved"
    )  # fmt: skip


def test_the_buyer_is_refused_in_the_transaction_too(running: Room) -> None:
    """Past the first look at what a party may: the rules and the rights of the person."""
    first = running.suppliers[0]
    approve(running, first, "850.00")
    amount = running.bid(first, "870.00").amount
    for by, party in (
        (Officer.BUYER, running.officer),
        (Officer.NEUTRAL, officer_party(
            Officer.NEUTRAL, user_id=running.buyer.user.pk, company_id=running.buyer.company.pk
        )),
    ):  # fmt: skip
        command = PlaceSurrogateBid(first.seat, 1, amount, "mine", by, running.ref())
        answer = gate().submit(command, auction_id=running.id, party=party).result(20)
        assert isinstance(answer, Refused)
        assert answer.code in ("auction.only_neutral", "gate.not_allowed")
    assert "surrogate_bid_placed" not in running.kinds()


def test_the_mark_is_in_the_list_of_own_bids_and_the_whole_verifies(
    running: Room, neutral: Supplier
) -> None:
    first = running.suppliers[0]
    approve(running, first, "850.00")
    place(running, neutral, first, "870.00")
    at = place_of(first.actor, running.id)
    (bid,) = own_bids(at)
    assert (bid.surrogate, bid.reason, bid.ref) == (True, "Told by telephone", "")
    sheet = load_workbook(BytesIO(workbook(at, ZoneInfo("Europe/Kyiv")))).active
    row = [cell.value for cell in sheet[7]]
    assert row[7:9] == ["Accepted, surrogate", "Told by telephone"]
    with connection.cursor() as cursor:
        steps = steps_after(cursor, running.id, EMPTY)
    around = surroundings(running.auction)
    for viewer in (Viewer(Looker.NEUTRAL), Viewer(Looker.SUPPLIER, first.seat),
                   Viewer(Looker.SUPPLIER, running.suppliers[1].seat)):  # fmt: skip
        # What is told live and what is recalled later is counted alike.
        live, recalled = (Audience(Renderer(viewer, around)) for _ in range(2))
        live.tell(live.of_interest(steps), [], steps[-1].entry.recorded_at)
        recalled.recall(steps, 0)
        assert live.cursor == recalled.cursor


def test_an_ended_auction_verifies(running: Room, neutral: Supplier) -> None:
    from auctions.domain.commands import Cancel

    first = running.suppliers[0]
    approve(running, first, "850.00")
    place(running, neutral, first, "870.00")
    stop = Cancel("no need any more", Officer.BUYER, running.ref())
    gate().submit(stop, auction_id=running.id, party=running.officer).result(20)
    with connection.cursor() as cursor:
        for reader in (Reader(Scope.FULL), Reader(Scope.PARTICIPANT, first.seat)):
            report = verify(export_ledger(cursor, key_ring(), running.id, reader))
            assert report.passed, [each.text for each in report.findings]
    assert place(running, neutral, first, "860.00").json()["code"] == "auction.ended"


def test_it_waits_on_the_neutral_persons_home_page(running: Room, neutral: Supplier) -> None:
    first = running.suppliers[0]

    def home() -> str:
        return client_of(neutral).get(reverse("home")).content.decode()

    assert "place one bid for it" not in home()
    approve(running, first, "850.00")
    assert "place one bid for it" in home()
    place(running, neutral, first, "870.00")
    assert "place one bid for it" not in home()


def test_a_person_with_a_limit_approves_within_it(running: Room) -> None:
    first = running.suppliers[0]
    member = Membership.objects.get(user=first.user)
    member.limit_amount, member.limit_currency = 95_000, "EUR"
    member.save()
    # The neutral person may go as high as the ceiling: 100 tonnes at 1000.
    assert approve(running, first, "850.00").json()["code"] == "companies.limit_exceeded"
    assert isinstance(running.place(gate(), first, "940.00"), Ack)
    assert approve(running, first, "850.00").status_code == 201


def test_without_a_ceiling_a_person_with_a_limit_bids_first() -> None:
    from dataclasses import replace

    from tests.rooms import terms_of

    lots = tuple(replace(lot, ceiling=None) for lot in terms_of().lots)
    room = open_room(surrogates=True, lots=lots)
    try:
        room.everyone_accepts(gate())
        first = room.suppliers[0]
        assert approve(room, first, "850.00").status_code == 201
        Membership.objects.filter(user=first.user).update(limit_amount=95_000, limit_currency="EUR")
        command = ApproveSurrogate(first.seat, 1, room.bid(first, "840.00").amount, room.ref())
        answer = gate().submit(command, auction_id=room.id, party=first.party).result(20)
        assert isinstance(answer, Refused)
        assert answer.code == "companies.limit_needs_bound"
    finally:
        stop_gate()
        connection.close_pool()


def test_terms_without_it_know_no_approval() -> None:
    room = open_room()
    try:
        room.everyone_accepts(gate())
        answer = approve(room, room.suppliers[0], "850.00")
        assert answer.json()["code"] == "auction.no_surrogates"
        shown = client_of(company(Role.ARBITER, operates=True)).get(f"/api/v1/auctions/{room.id}/")
        assert shown.json()["lots"][0]["surrogates"] is None
    finally:
        stop_gate()
        connection.close_pool()
