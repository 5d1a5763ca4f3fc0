"""Ledgers with automatic bids: the verifier derives every cascade, and names what does not fit."""

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
from auctions.domain.machine import genesis
from auctions.domain.terms import AutomaticBids, Disclosure
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.verify import verify
from tests.domain.room import limit_command, lot, terms
from tests.ledger.case import ALPHA, BRAVO, CARGO, FULL, START, Table, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
SEATS = (ALPHA, BRAVO, CARGO)
Document = dict[str, Any]


def bid(table: Table, seat: str, amount: str, second: int) -> None:
    command = cmd.PlaceBid(seat, 1, Decimal(amount), f"{seat}{second}")
    table.ask(command, START + timedelta(seconds=second))


def limit(table: Table, seat: str, amount: str, second: int) -> None:
    command = limit_command(seat, 1, Decimal(amount), f"{seat}{second}")
    table.ask(command, START + timedelta(seconds=second))


@cache
def played(disclosure: Disclosure = Disclosure.BUYER, *, cancelled: bool = False) -> Table:
    table = Table(signer())
    of = terms(
        lots=(lot(ceiling=Decimal("120.00")),),
        starts_at=START,
        platform_key=signer().key_id,
        disclosure=disclosure,
        automatic_bids=AutomaticBids(),
    )
    table.happen([genesis("T-2026-20", "Cement", of)])
    for seat in SEATS:
        table.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
        accepted = cmd.AcceptTerms(seat, 1, of.digest(), "terms")
        table.ask(accepted, START - timedelta(minutes=8))
    bid(table, ALPHA, "110.00", 10)
    limit(table, ALPHA, "95.10", 11)
    bid(table, BRAVO, "108.00", 12)
    limit(table, BRAVO, "107.99", 13)  # refused: not a step
    limit(table, BRAVO, "98.30", 14)
    bid(table, CARGO, "97.00", 15)
    limit(table, ALPHA, "96.00", 16)
    table.ask(cmd.EndBidLimit(ALPHA, 1, "end"), START + timedelta(seconds=17))
    limit(table, CARGO, "90.00", 18)  # leads, and never has to bid
    if cancelled:
        stop = cmd.Cancel("no need", cmd.Officer.BUYER, "c")
        table.ask(stop, START + timedelta(seconds=20))
    table.until(START + timedelta(hours=5))
    assert not table.state.phase.is_open
    return table


def document(**of: Any) -> Document:
    found: Document = json.loads(played(**of).export(FULL))
    return found


def check(changed: Document) -> list[str]:
    """What fails in an export signed anew over everything that was changed."""
    report = verify(resealed(relinked(changed | {"checkpoints": []})), public_key=KEY)
    return [found.text for found in report.findings if found.level == "failed"]


def entry(of: Document, kind: str, number: int = 0) -> Any:
    return [each for each in of["entries"] if each.get("kind") == kind][number]


@pytest.mark.parametrize("disclosure", Disclosure)
@pytest.mark.parametrize("scope", Scope)
def test_every_export_is_sound(disclosure: Disclosure, scope: Scope) -> None:
    table = played(disclosure)
    viewer = Viewer(scope, ALPHA if scope is Scope.PARTICIPANT else None)
    receipts = table.receipts[ALPHA] if scope is not Scope.PUBLIC else []
    report = verify(table.export(viewer), public_key=KEY, receipts=receipts)
    assert report.passed, [found.text for found in report.findings]
    told = table.export(viewer).decode()
    if scope is Scope.PUBLIC and disclosure is Disclosure.BUYER:
        assert "bid_limit" not in told
    if scope is Scope.PARTICIPANT and disclosure is Disclosure.BUYER:
        assert "98.3" not in told


def _amount(changed: Document, by: str) -> int:
    found = entry(changed, "automatic_bid_placed", 1)
    found["body"]["amount"] = str(Decimal(found["body"]["amount"]) + Decimal(by))
    return int(found["seq"])


def _cause(changed: Document) -> int:
    found = entry(changed, "automatic_bid_placed", 0)
    found["body"]["cause"] -= 1
    return int(found["seq"])


def _moment(changed: Document) -> int:
    found = entry(changed, "automatic_bid_placed", 0)
    found["body"]["received_at"] = "2026-11-22T12:00:12.000001Z"
    return int(found["seq"])


def _opened(changed: Document) -> int:
    found = entry(changed, "bid_limit_opened", 1)
    found["body"]["amount"] = "98.40"
    return int(found["seq"])


def _other_opened(changed: Document) -> int:
    found = entry(changed, "bid_limit_opened", 1)
    found["body"]["limit"] -= 1
    return int(found["seq"])


def _committed(changed: Document) -> int:
    set_at = entry(changed, "bid_limit_set", 0)
    set_at["body"]["commitment"] = "ab" * 32
    return int(entry(changed, "bid_limit_opened", 0)["seq"])


TAMPERED: dict[str, Callable[[Document], int]] = {
    "a step too low": lambda d: _amount(d, "-0.01"),
    "a step too high": lambda d: _amount(d, "0.01"),
    "another cause": _cause,
    "another moment": _moment,
    "another limit opened": _opened,
    "opened for another": _other_opened,
    "another commitment": _committed,
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_is_found_and_named(name: str) -> None:
    changed = copy.deepcopy(document())
    seq = TAMPERED[name](changed)
    assert any(text.startswith(f"Entry {seq}:") for text in check(changed)), check(changed)


def test_two_automatic_bids_in_another_order_are_found() -> None:
    changed = copy.deepcopy(document())
    entries = changed["entries"]
    place = next(
        n
        for n in range(len(entries) - 1)
        if [each.get("kind") for each in entries[n : n + 2]] == ["automatic_bid_placed"] * 2
    )
    one, two = entries[place], entries[place + 1]
    one["body"], two["body"] = two["body"], one["body"]
    assert any(text.startswith(f"Entry {one['seq']}:") for text in check(changed))


@pytest.mark.parametrize(
    "code", ["auction.limits_used_up", "auction.lot_paused", "auction.limit_needs_bid"]
)
def test_a_limit_refused_for_what_did_not_hold_is_found(code: str) -> None:
    changed = copy.deepcopy(document())
    (refused,) = [
        each for each in changed["attempts"] if each["body"]["command"]["name"] == "set_bid_limit"
    ]
    assert refused["body"]["code"] == "auction.limit_too_high"
    assert not any("refuse no limit for that" in text for text in check(copy.deepcopy(changed)))
    refused["body"]["code"] = code
    told = check(relinked(changed, "attempts"))
    assert any("refuse no limit for that" in text for text in told), told


def test_an_early_end_keeps_the_limits_and_says_what_was_checked() -> None:
    report = verify(played(cancelled=True).export(FULL), public_key=KEY)
    assert report.passed, [found.text for found in report.findings]
    assert any("4 limits for automatic bids were not opened" in f.text for f in report.findings)
    changed = copy.deepcopy(document(cancelled=True))
    seq = _amount(changed, "0.01")
    assert any(text.startswith(f"Entry {seq}:") for text in check(changed))
