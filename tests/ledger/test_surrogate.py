"""Ledgers with surrogate bids: the verifier decides each anew, and names what was not approved."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.commands import Officer
from auctions.domain.machine import genesis
from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.verify import verify
from tests.domain.room import lot, terms
from tests.ledger.case import ALPHA, BRAVO, FULL, START, Table, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
NEUTRAL = "officer:neutral"
Document = dict[str, Any]


def ask(table: Table, command: cmd.Command, second: int) -> None:
    table.ask(command, START + timedelta(seconds=second))


def bid(table: Table, seat: str, amount: str, second: int) -> None:
    ask(table, cmd.PlaceBid(seat, 1, Decimal(amount), f"{seat}{second}"), second)


def approve(table: Table, seat: str, amount: str, second: int) -> None:
    ask(table, cmd.ApproveSurrogate(seat, 1, Decimal(amount), f"{seat}{second}"), second)


def place(table: Table, seat: str, amount: str, second: int) -> None:
    reason = "  told by telephone "
    ask(
        table,
        cmd.PlaceSurrogateBid(seat, 1, Decimal(amount), reason, Officer.NEUTRAL, f"n{second}"),
        second,
    )


@cache
def played(disclosure: Disclosure = Disclosure.BUYER) -> Table:
    table = Table(signer())
    of = terms(
        lots=(lot(ceiling=Decimal("120.00")),),
        starts_at=START,
        platform_key=signer().key_id,
        disclosure=disclosure,
        surrogates=True,
    )
    table.happen([genesis("T-2026-21", "Cement", of)])
    for seat in (ALPHA, BRAVO):
        table.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
        accepted = cmd.AcceptTerms(seat, 1, of.digest(), "terms")
        table.ask(accepted, START - timedelta(minutes=8))
    bid(table, ALPHA, "110.00", 10)
    bid(table, BRAVO, "108.00", 12)
    approve(table, ALPHA, "97.20", 13)
    ask(table, cmd.EndSurrogate(ALPHA, 1, "end"), 14)
    place(table, ALPHA, "99.00", 15)  # refused: taken back
    approve(table, ALPHA, "98.30", 16)
    place(table, ALPHA, "97.00", 17)  # refused: below
    place(table, ALPHA, "99.00", 18)
    place(table, ALPHA, "98.40", 19)  # refused: used up
    approve(table, BRAVO, "96.00", 20)
    bid(table, BRAVO, "107.00", 21)  # by hand: ends it
    place(table, BRAVO, "97.00", 22)  # refused
    table.until(START + timedelta(hours=5))
    assert not table.state.phase.is_open
    return table


def document() -> Document:
    found: Document = json.loads(played().export(FULL))
    return found


def check(changed: Document) -> list[str]:
    """What fails in an export signed anew over everything that was changed."""
    report = verify(resealed(relinked(changed | {"checkpoints": []})), public_key=KEY)
    return [found.text for found in report.findings if found.level == "failed"]


def entry(of: Document, kind: str, number: int = 0) -> Any:
    return [each for each in of["entries"] if each.get("kind") == kind][number]


def test_it_went_as_played() -> None:
    codes = [each["body"]["code"] for each in document()["attempts"]]
    assert codes == [
        "auction.surrogate_not_approved",
        "auction.below_approval",
        "auction.surrogate_not_approved",
        "auction.surrogate_not_approved",
    ]
    placed = entry(document(), "surrogate_bid_placed")
    assert placed["body"]["approval"] == entry(document(), "surrogate_approved", 1)["seq"]
    assert placed["body"]["reason"] == "told by telephone"
    assert played().state.lots[1].winner == ALPHA


@pytest.mark.parametrize("disclosure", Disclosure)
@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("party", [ALPHA, BRAVO, NEUTRAL])
def test_every_export_is_sound(disclosure: Disclosure, scope: Scope, party: str) -> None:
    table = played(disclosure)
    viewer = Viewer(scope, ALPHA if scope is Scope.PARTICIPANT else None)
    receipts = table.receipts[party] if scope is Scope.FULL else []
    report = verify(table.export(viewer), public_key=KEY, receipts=receipts)
    assert report.passed, [found.text for found in report.findings]
    told = table.export(viewer).decode()
    if scope is Scope.PUBLIC and disclosure is Disclosure.BUYER:
        assert "surrogate_" not in told
    if scope is Scope.PARTICIPANT and disclosure is Disclosure.BUYER:
        assert "97.2" in told
        assert '"96.0' not in told


def _low(changed: Document) -> int:
    found = entry(changed, "surrogate_bid_placed")
    found["body"]["amount"] = "98.20"
    return int(found["seq"])


def _approval(changed: Document) -> int:
    found = entry(changed, "surrogate_bid_placed")
    found["body"]["approval"] = entry(changed, "surrogate_approved", 0)["seq"]
    return int(found["seq"])


def _by_the_buyer(changed: Document) -> int:
    found = entry(changed, "surrogate_bid_placed")
    found["body"]["by"] = "buyer"
    return int(found["seq"])


def _for_another(changed: Document) -> int:
    found = entry(changed, "surrogate_bid_placed")
    found["body"]["seat"] = BRAVO
    return int(found["seq"])


def _twice(changed: Document) -> int:
    entries = changed["entries"]
    at = entries.index(entry(changed, "surrogate_bid_placed"))
    again = copy.deepcopy(entries[at])
    again["body"]["amount"] = "98.40"
    entries.insert(at + 1, again)
    return int(entries[at]["seq"]) + 1


def _without_reason(changed: Document) -> int:
    found = entry(changed, "surrogate_bid_placed")
    found["body"]["reason"] = ""
    return int(found["seq"])


TAMPERED: dict[str, Callable[[Document], int]] = {
    "below the approval": _low,
    "another approval": _approval,
    "by the buyer": _by_the_buyer,
    "for another": _for_another,
    "twice": _twice,
    "without a reason": _without_reason,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_is_found_and_named(name: str) -> None:
    changed = copy.deepcopy(document())
    seq = TAMPERED[name](changed)
    assert any(text.startswith(f"Entry {seq}:") for text in check(changed)), check(changed)


def test_another_approved_amount_is_found_by_what_was_refused_for_it() -> None:
    changed = copy.deepcopy(document())
    entry(changed, "surrogate_approved", 1)["body"]["amount"] = "97.10"
    assert check(changed) == ["Attempt 2: the rules refuse it with other data."]


def test_a_receipt_of_the_neutral_person_is_not_taken_for_the_suppliers() -> None:
    table = played()
    (placed,) = [each for each in table.receipts[NEUTRAL] if each["outcome"] == "accepted"]
    report = verify(table.export(FULL), public_key=KEY, receipts=[placed])
    assert report.passed
    bare = {name: value for name, value in placed.items() if name not in ("party", "payload")}
    told = verify(table.export(FULL), public_key=KEY, receipts=[bare | {"type": "ack"}])
    assert told.passed, [found.text for found in told.findings]
