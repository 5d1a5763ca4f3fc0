"""Ledgers with bids on positions: totals are derived anew, and what does not fit is named."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.machine import genesis
from auctions.domain.rules.lines import total
from auctions.domain.terms import Disclosure
from auctions.ledger import chain
from auctions.ledger.codec import payload_hash
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.report import Level
from auctions.ledger.verify import verify
from kernel.canonical import canonical
from tests.domain.room import terms
from tests.domain.test_lines import lines_lot
from tests.ledger.case import ALPHA, BRAVO, FULL, START, Table, signer
from tests.ledger.test_verify import relinked, resealed

KEY = signer().public_key
Document = dict[str, Any]


def bid(table: Table, seat: str, prices: str, second: int, amount: str | None = None) -> None:
    given = tuple(map(Decimal, prices.split()))
    found = total(table.state.rules.lots[0], given) if amount is None else Decimal(amount)
    command = cmd.PlaceBid(seat, 1, found, f"{seat}{second}", lines=given)
    table.ask(command, START + timedelta(seconds=second))


@cache
def played(disclosure: Disclosure = Disclosure.BUYER) -> Table:
    table = Table(signer())
    of = terms(
        lots=(lines_lot(),),
        starts_at=START,
        platform_key=signer().key_id,
        disclosure=disclosure,
    )
    table.happen([genesis("T-2026-21", "Fittings", of)])
    for seat in (ALPHA, BRAVO):
        table.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
        table.ask(cmd.AcceptTerms(seat, 1, of.digest(), "terms"), START - timedelta(minutes=8))
    bid(table, ALPHA, "20.00 33.333 5.00", 10)
    bid(table, BRAVO, "21.00 20.000 5.00", 11)
    bid(table, ALPHA, "20.00 60.000 5.00", 12)  # refused: above the position's ceiling
    bid(table, ALPHA, "19.00 30.000 0.00", 13)  # refused: nothing is no price
    bid(table, ALPHA, "19.00 20.000 6.00", 14)
    bid(table, BRAVO, "18.00 20.000 5.00", 15, amount="1.00")  # refused: another total
    bid(table, BRAVO, "1.00 1.000 1.00", 16)
    table.ask(cmd.Withdraw(BRAVO, 1, "w"), START + timedelta(seconds=30))
    decided = cmd.DecideWithdrawal(1, True, "a slip", cmd.Officer.BUYER, "d")
    table.ask(decided, START + timedelta(seconds=60))
    table.until(START + timedelta(hours=5))
    assert not table.state.phase.is_open
    return table


def document(**of: Any) -> Document:
    found: Document = json.loads(played(**of).export(FULL))
    return found


def failures(raw: bytes, **given: Any) -> list[tuple[str, str]]:
    report = verify(raw, public_key=KEY, **given)
    failed = (each for each in report.findings if each.level is Level.FAILED)
    return [(each.check, each.text) for each in failed]


def all_receipts(table: Table) -> list[dict[str, Any]]:
    return [each for found in table.receipts.values() for each in found]


def test_a_sound_ledger_passes_with_every_receipt() -> None:
    table = played()
    report = verify(table.export(FULL), public_key=KEY, receipts=all_receipts(table))
    assert report.passed, report.findings
    assert report.results[0]["seat"] == ALPHA
    assert report.results[0]["price"] == "253.00"


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_nobody_but_the_own_seat_gets_prices_opened(disclosure: Disclosure) -> None:
    table = played(disclosure)
    for viewer in (Viewer(Scope.PARTICIPANT, ALPHA), Viewer(Scope.PUBLIC)):
        found = json.loads(table.export(viewer))
        opened = {
            each["body"]["seat"] for each in found["entries"] if each.get("kind") == "bid_lines"
        }
        assert opened == ({ALPHA} if viewer.seat else set())
        receipts = table.receipts[ALPHA] if viewer.seat else []
        report = verify(table.export(viewer), public_key=KEY, receipts=receipts)
        assert report.passed, report.findings


def test_a_public_export_says_whose_prices_it_could_not_open() -> None:
    report = verify(played(Disclosure.PUBLIC).export(Viewer(Scope.PUBLIC)), public_key=KEY)
    notes = [each.text for each in report.findings]
    assert any("unit prices of 4 bids are closed" in text for text in notes), notes
    assert report.results[0]["price"] == "253.00"


def test_the_same_bid_written_otherwise_asks_the_same() -> None:
    prices = (Decimal("1.50"), Decimal("2"))
    other = (Decimal("1.5"), Decimal("2.000"))
    one = cmd.PlaceBid("a", 1, Decimal("3.50"), "r", lines=prices)
    assert payload_hash(one) == payload_hash(cmd.PlaceBid("a", 1, Decimal("3.5"), "r", None, other))
    third = (Decimal("1.6"), Decimal("2.000"))
    assert payload_hash(one) != payload_hash(cmd.PlaceBid("a", 1, Decimal("3.5"), "r", None, third))


# Tampering ---------------------------------------------------------------------------------------


def place_of(found: Document, kind: str, which: int = 0) -> int:
    places = [n for n, each in enumerate(found["entries"]) if each.get("kind") == kind]
    return places[which]


def other_price(found: Document) -> int:
    place = place_of(found, "bid_lines")
    found["entries"][place]["body"]["prices"][0] = "19.99"
    return place  # the bid before it has another total now


def other_total(found: Document) -> int:
    place = place_of(found, "bid_placed", 1)
    found["entries"][place]["body"]["amount"] = "274.00"
    return place + 1


def one_price_less(found: Document) -> int:
    place = place_of(found, "bid_lines")
    found["entries"][place]["body"]["prices"].pop()
    return place


def anothers_prices(found: Document) -> int:
    place = place_of(found, "bid_lines")
    found["entries"][place]["body"]["seat"] = BRAVO
    return place + 1


def of_another_bid(found: Document) -> int:
    place = place_of(found, "bid_lines")
    found["entries"][place]["body"]["bid"] = 1
    return place + 1


def left_out(found: Document) -> int:
    place = place_of(found, "bid_lines")
    del found["entries"][place]
    for number, each in enumerate(found["entries"], 1):
        each["seq"] = number
    return place


@pytest.mark.parametrize(
    "tamper",
    [other_price, other_total, one_price_less, anothers_prices, of_another_bid, left_out],
)
def test_the_verifier_names_the_entry(tamper: Callable[[Document], int]) -> None:
    found = copy.deepcopy(document())
    entry = tamper(found)
    texts = [text for check, text in failures(resealed(relinked(found))) if check == "replay"]
    assert [text.partition(":")[0] for text in texts[:1]] == [f"Entry {entry}"], texts


def test_a_seat_finds_its_own_prices_changed() -> None:
    table = played()
    found = json.loads(table.export(Viewer(Scope.PARTICIPANT, ALPHA)))
    place = place_of(found, "bid_lines")
    found["entries"][place]["body"]["prices"][0] = "19.99"
    forged = resealed(relinked_where_open(found))
    texts = failures(forged, receipts=table.receipts[ALPHA])
    assert any(check == "receipt" for check, _ in texts)
    texts = [text for check, text in failures(forged) if check == "replay"]
    assert [text.partition(":")[0] for text in texts[:1]] == [f"Entry {place}"], texts


@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_prices_of_ones_own_bid_may_not_be_closed(disclosure: Disclosure) -> None:
    table = played(disclosure)
    found = json.loads(table.export(Viewer(Scope.PARTICIPANT, ALPHA)))
    place = place_of(found, "bid_lines")
    hidden = found["entries"][place]
    found["entries"][place] = {"seq": hidden["seq"], "leaf": "ab" * 32, "hash": hidden["hash"]}
    forged = resealed(relinked_where_open(found))
    texts = failures(forged, receipts=table.receipts[ALPHA])
    assert any("its own unit prices are kept closed" in text for _, text in texts), texts
    texts = [text for check, text in failures(forged) if check == "replay"]
    assert texts, "an own entry is closed"
    assert texts[0].startswith(("Entry",)), texts


def relinked_where_open(found: Document) -> Document:
    """As relinked, of an export in which some entries are closed: those keep their leaves."""
    previous = chain.origin(chain.LEDGER, found["auction"])
    for entry in found["entries"]:
        leaf = bytes.fromhex(entry["leaf"])
        if "body" in entry:
            parts = {name: entry[name] for name in ("body", "kind", "recorded_at", "seq")}
            envelope = canonical({"auction": found["auction"], **parts})
            leaf = hashlib.sha256(bytes.fromhex(entry["salt"]) + envelope).digest()
        previous = hashlib.sha256(previous + leaf).digest()
        entry["leaf"], entry["hash"] = leaf.hex(), previous.hex()
    return found
