"""A bidder who is demoted, removed or limited in the middle of bidding: not one bid more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections

from auctions.domain.commands import DeclarePrices
from auctions.domain.terms_currencies import CurrencyRate
from auctions.realtime.authority import Authority
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from crm_core.access import members
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from kernel.clock import moment_from_wire
from tests.concurrency.test_storm import started
from tests.people import make_user
from tests.rooms import PATIENCE, Room, Supplier

pytestmark = pytest.mark.django_db(transaction=True)
NewGate = Callable[..., Gate]
ENOUGH = 10  # bids accepted before, and tried after


def owner_of(supplier: Supplier) -> Actor:
    user: User = make_user()
    Membership.objects.create(user=user, company=supplier.company, role=Role.OWNER)
    return load_actor(user.pk, supplier.company.pk)


def now_in_database() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def bidding_on(
    room: Room, gate: Gate, supplier: Supplier, change: Callable[[], object]
) -> tuple[datetime, list[Ack | Refused]]:
    """The supplier bids without a pause, and in the middle of it ``change`` is made.

    When that was done, and every answer.
    """
    answers: list[Ack | Refused] = []
    done, enough = threading.Event(), threading.Event()

    def bid() -> None:
        try:
            left = ENOUGH
            for number in range(400):
                amount = f"{1000 * 0.985**number:.2f}"
                answers.append(room.place(gate, supplier, amount, ref=f"d{number}"))
                if len(answers) == ENOUGH:
                    enough.set()
                if done.is_set():
                    left -= 1
                    if left < 0:
                        return
        finally:
            enough.set()
            connections.close_all()

    thread = threading.Thread(target=bid)
    thread.start()
    assert enough.wait(PATIENCE)
    change()
    at = now_in_database()
    done.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    return at, answers


def bids_received_after(room: Room, supplier: Supplier, at: datetime) -> int:
    mine = bids_of(room, supplier)
    assert len(mine) >= ENOUGH
    return sum(moment_from_wire(each["received_at"]) > at for each in mine)


def bids_of(room: Room, supplier: Supplier) -> list[dict[str, Any]]:
    placed = [each.body for each in room.entries() if each.kind == "bid_placed"]
    return [each for each in placed if each["seat"] == supplier.seat]


def demote(owner: Actor, supplier: Supplier) -> None:
    membership = Membership.objects.get(user=supplier.user, company=supplier.company)
    members.change_member(actor=owner, membership_id=membership.pk, role="auditor")


def remove(owner: Actor, supplier: Supplier) -> None:
    membership = Membership.objects.get(user=supplier.user, company=supplier.company)
    members.remove_member(actor=owner, membership_id=membership.pk)


@pytest.mark.parametrize("change", [demote, remove])
def test_nothing_received_after_the_change_counts_and_what_was_bid_before_stays(
    new_gate: NewGate, change: Callable[[Actor, Supplier], None]
) -> None:
    gate = new_gate()
    room = started(gate, 2)
    bidder, rival = room.suppliers
    owner = owner_of(bidder)

    at, answers = bidding_on(room, gate, bidder, lambda: change(owner, bidder))

    assert bids_received_after(room, bidder, at) == 0
    refusals = [each for each in answers if isinstance(each, Refused)]
    assert {each.code for each in refusals} == {"gate.not_allowed"}
    assert len(refusals) >= ENOUGH
    assert isinstance(room.place(gate, rival, "500.00"), Ack)
    accepted = sum(isinstance(each, Ack) for each in answers)
    assert len(bids_of(room, bidder)) == accepted


def test_without_the_look_at_rights_in_the_transaction_the_same_check_fails(
    new_gate: NewGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Authority, "refusal", lambda _self, _party: None)
    gate = new_gate()
    room = started(gate, 2)
    bidder = room.suppliers[0]
    owner = owner_of(bidder)

    at, _answers = bidding_on(room, gate, bidder, lambda: demote(owner, bidder))

    assert bids_received_after(room, bidder, at) > 0


def test_a_bid_above_its_persons_limit_is_refused_with_the_figures(new_gate: NewGate) -> None:
    gate = new_gate()
    room = started(gate, 2)  # 100 tonnes
    bidder = room.suppliers[0]
    owner = owner_of(bidder)
    membership = Membership.objects.get(user=bidder.user, company=bidder.company)

    def limit(amount: str, currency: str = "EUR") -> None:
        members.change_member(actor=owner, membership_id=membership.pk, limit=(amount, currency))

    limit("90000.00")
    above = room.place(gate, bidder, "900.01")
    assert isinstance(above, Refused)
    assert (above.code, above.data) == (
        "companies.limit_exceeded",
        {"limit": "90000.00", "total": "90001.00", "currency": "EUR"},
    )
    assert "90001.00 EUR" in above.message
    assert "bid_placed" not in room.kinds()
    within = room.place(gate, bidder, "900.00", ref="w")
    assert isinstance(within, Ack)

    limit("1.00", "USD")
    other = room.place(gate, bidder, "800.00")
    assert isinstance(other, Refused)
    assert other.code == "companies.limit_other_currency"
    assert isinstance(room.place(gate, bidder, "900.00", ref="w"), Ack)  # answered before
    limit("")
    assert isinstance(room.place(gate, bidder, "800.00"), Ack)


def test_a_limit_is_held_against_what_was_bid_in_its_own_money_and_never_converted(
    new_gate: NewGate,
) -> None:
    """The auction compares in euro; this supplier bids in dollars, at a frozen rate of 0.9."""
    gate = new_gate()
    dollars = CurrencyRate("USD", 1, Decimal("0.9"), None, "ECB", "2026-11-27")
    room = started(gate, 2, currencies=(dollars,))  # 100 tonnes
    bidder = room.suppliers[0]
    told = DeclarePrices(bidder.seat, "USD", None, room.ref())
    answer = gate.submit(told, auction_id=room.id, party=bidder.party).result(PATIENCE)
    assert isinstance(answer, Ack)
    owner = owner_of(bidder)
    membership = Membership.objects.get(user=bidder.user, company=bidder.company)

    def limit(amount: str, currency: str) -> None:
        members.change_member(actor=owner, membership_id=membership.pk, limit=(amount, currency))

    # 90 000 dollars are 81 000 euro: less than the limit, were it converted.
    limit("85000.00", "EUR")
    other = room.place(gate, bidder, "900.00")
    assert isinstance(other, Refused)
    assert (other.code, other.data) == (
        "companies.limit_other_currency",
        {"limit_currency": "EUR", "currency": "USD"},
    )
    assert "bid_placed" not in room.kinds()
    limit("85000.00", "USD")
    above = room.place(gate, bidder, "850.01")
    assert isinstance(above, Refused)
    assert (above.code, above.data) == (
        "companies.limit_exceeded",
        {"limit": "85000.00", "total": "85001.00", "currency": "USD"},
    )
    assert isinstance(room.place(gate, bidder, "850.00"), Ack)
