"""Ledgers of auctions with a budget: every export is derived anew, what was changed is found."""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.machine import genesis
from auctions.domain.terms import Disclosure, Guard, reserve_commitment
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.snapshot import state_from_text, state_to_text
from auctions.ledger.verify import verify
from tests.domain.budget_room import budget_lot, budget_terms
from tests.ledger.case import ALPHA, BRAVO, CARGO, FULL, RESERVE, START, Table, fixed_salt, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
SEATS = (ALPHA, BRAVO, CARGO)
FLOOR = Decimal(50)


@cache
def played(disclosure: Disclosure = Disclosure.BUYER) -> Table:
    """From the opening to the end: refusals, a pause, a withdrawal, an extension."""
    table = Table(signer())
    commitment = reserve_commitment(fixed_salt("reserve"), str(RESERVE))
    terms = budget_terms(
        lots=(budget_lot(floor=FLOOR, scale=2, reserve_commitment=commitment),),
        starts_at=START,
        platform_key=signer().key_id,
        disclosure=disclosure,
        guard=Guard(),
    )
    table.happen([genesis("T-2026-19", "Training", terms)])
    for seat in SEATS:
        table.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
        table.ask(cmd.AcceptTerms(seat, 1, terms.digest(), "terms"), START - timedelta(minutes=8))
    table.check(START)
    bid(table, ALPHA, "49.99", 10)  # below the floor
    bid(table, ALPHA, "60.00", 20)
    bid(table, BRAVO, "100.00", 30)
    bid(table, ALPHA, "64.99", 40)  # below the step
    bid(table, ALPHA, "600.00", 50, retyped=False)  # past the guard
    bid(table, ALPHA, "105.00", 60)
    bid(table, CARGO, "300.00", 70)
    table.ask(cmd.Withdraw(CARGO, 1, "w"), START + timedelta(seconds=80))
    table.ask(
        cmd.DecideWithdrawal(1, True, "a slip", cmd.Officer.BUYER, "o"),
        START + timedelta(seconds=90),
    )
    deadline = table.state.lots[1].deadline or START + timedelta(minutes=30)
    bid(table, BRAVO, "120.00", (deadline - START).total_seconds() + 60)
    table.until(START + timedelta(hours=2))
    table.check(START + timedelta(hours=2))
    table.ask(
        cmd.RecordAward(1, BRAVO, Decimal("120.00"), "the most", "a"),
        START + timedelta(minutes=121),
    )
    table.check(START + timedelta(minutes=122))
    return table


def bid(table: Table, seat: str, amount: str, second: float, *, retyped: bool = True) -> None:
    value = Decimal(amount)
    asked = cmd.PlaceBid(seat, 1, value, f"{seat}-{second}", value if retyped else None)
    table.ask(asked, START + timedelta(seconds=second))


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_every_export_verifies(disclosure: Disclosure) -> None:
    table = played(disclosure)
    assert table.state.lots[1].winner == BRAVO
    assert table.state.lots[1].price == Decimal("120.00")
    for viewer in (FULL, Viewer(Scope.PUBLIC), *(Viewer(Scope.PARTICIPANT, s) for s in SEATS)):
        kept = table.receipts.get(viewer.seat or "", [])
        report = verify(table.export(viewer), public_key=KEY, receipts=kept)
        assert report.passed, [str(finding) for finding in report.findings]


def test_the_verifier_tells_quantity_and_budget() -> None:
    report = verify(played().export(FULL), public_key=KEY)

    (result,) = report.results
    assert (result["quantity"], result["budget"], result["currency"]) == (
        "120.00", "100000.00", "EUR",
    )  # fmt: skip
    told = f"won by seat {BRAVO} with 120.00 TNE for 100000.00 EUR"
    assert any(told in str(finding) for finding in report.findings)


def test_the_refusals_name_the_least_quantity() -> None:
    attempts = json.loads(played().export(FULL))["attempts"]

    codes = [each["body"]["code"] for each in attempts if "body" in each]
    assert codes == [
        "auction.below_floor", "auction.quantity_too_low", "auction.guard_retype",
    ]  # fmt: skip
    assert [each["body"]["data"].get("least") for each in attempts[:2]] == ["50", "65.00"]


def test_a_snapshot_keeps_which_way_bids_go() -> None:
    state = played().state

    assert state.lots[1].rises
    assert state_from_text(state_to_text(state)) == state


@pytest.mark.parametrize(
    ("kind", "number", "changed"),
    [
        ("bid_placed", 0, {"amount": "49.00"}),  # below the floor
        ("bid_placed", -1, {"amount": "104.00"}),  # below the step
        ("bid_placed", 2, {"amount": "900.00", "retyped": False}),
        ("deadline_moved", -1, {"deadline": "2026-03-02T11:00:00.000000Z"}),
        ("reserve_opened", 0, {"amount": "130.00"}),
        ("lot_closed", 0, {"seat": ALPHA, "amount": "105.00"}),
        ("lot_closed", 0, {"amount": "121.00"}),
    ],
)
def test_a_rewritten_history_is_found(kind: str, number: int, changed: dict[str, Any]) -> None:
    """Even sealed anew with the platform's key."""
    document = copy.deepcopy(json.loads(played().export(FULL)))
    document["checkpoints"] = []
    entry = [each for each in document["entries"] if each["kind"] == kind][number]
    entry["body"] |= changed

    report = verify(resealed(relinked(document)), public_key=KEY)
    assert not report.passed
    assert any(finding.seq == entry["seq"] for finding in report.findings)


def test_a_higher_quantity_that_is_left_out_is_missed() -> None:
    document = copy.deepcopy(json.loads(played().export(FULL)))
    document["checkpoints"] = []
    last = [each for each in document["entries"] if each["kind"] == "bid_placed"][-1]
    document["entries"].remove(last)

    assert not verify(resealed(relinked(document)), public_key=KEY).passed


def test_another_budget_is_another_terms_document() -> None:
    document = copy.deepcopy(json.loads(played().export(FULL)))
    document["checkpoints"] = []
    document["entries"][0]["body"]["terms"]["lots"][0]["budget"] = "1.00"

    report = verify(resealed(relinked(document)), public_key=KEY)
    assert not report.passed
