"""Ledgers with surrogate bids: the verifier decides each anew, and names what was not approved."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.commands import Officer
from auctions.domain.machine import genesis
from auctions.domain.terms import Basis, Disclosure, Feedback, FrontBuffer, Guard, TiePolicy
from auctions.ledger import chain
from auctions.ledger.codec import Opening
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.exported import parse_export
from auctions.ledger.replay import replay_own
from auctions.ledger.replay_steps import ReplayFailed, Step
from auctions.ledger.report import Report
from auctions.ledger.verify import _steps, verify
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


# What one supplier can check of its own, its rivals' bids closed to it.


@cache
def own(by_lead: bool) -> bytes:
    """The export for ALPHA of an auction in which steps are measured by the lead, or not."""
    table = Table(signer())
    of = terms(
        lots=(lot(ceiling=Decimal("120.00")),),
        starts_at=START,
        platform_key=signer().key_id,
        surrogates=True,
        guard=Guard(warn=None, retype=Decimal(30), block=None),
        basis=Basis.LEADER if by_lead else Basis.OWN,
        ties=TiePolicy.FORBID_LEAD if by_lead else TiePolicy.FIRST,
        front_buffer=FrontBuffer(absolute=Decimal("0.40")) if by_lead else None,
        feedback=Feedback(
            rank=True,
            lead=True,
            lead_min_bidders=1,
            after_first_bid=False,
            hide_ranks_last=timedelta(0),
        ),
    )
    table.happen([genesis("T-2026-22", "Cement", of)])
    for seat in (ALPHA, BRAVO):
        table.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
        table.ask(cmd.AcceptTerms(seat, 1, of.digest(), "terms"), START - timedelta(minutes=8))
    for number, (seat, amount) in enumerate([(ALPHA, "110.00"), (BRAVO, "105.00")]):
        typed = Decimal(amount)
        ask(table, cmd.PlaceBid(seat, 1, typed, f"{seat}{number}", typed), 10 + number)
    approve(table, ALPHA, "98.00", 13)
    ask(table, cmd.EndSurrogate(ALPHA, 1, "end"), 14)
    approve(table, ALPHA, "97.00", 15)
    place(table, ALPHA, "99.00", 16)
    approve(table, ALPHA, "96.00", 17)
    table.until(START + timedelta(hours=5))
    kinds = [each.kind for each in table.chains[chain.LEDGER]]
    assert kinds.count("surrogate_approved") == 3
    assert kinds.count("surrogate_bid_placed") == kinds.count("surrogate_ended") == 1
    return table.export(Viewer(Scope.PARTICIPANT, ALPHA))


def openings(content: bytes) -> list[Opening]:
    return list(parse_export(content, Report()).chains[chain.LEDGER])


def again(content: bytes, change: Callable[[list[Step]], int] | None = None) -> None:
    """Decide the opened entries again for ALPHA; with a change it must fail at the entry named."""
    steps = list(_steps(openings(content)))
    assert any(step.event is None for step in steps)
    if change is None:
        replay_own(steps, ALPHA)
        return
    seq = change(steps)
    with pytest.raises(ReplayFailed) as caught:
        replay_own(steps, ALPHA)
    assert caught.value.seq == seq


def changing(kind: type[Any], number: int = 0, **fields: Any) -> Callable[[list[Step]], int]:
    def change(steps: list[Step]) -> int:
        found = [place for place, step in enumerate(steps) if isinstance(step.event, kind)]
        at = found[number]
        event: Any = steps[at].event
        steps[at] = replace(steps[at], event=replace(event, **fields))
        return steps[at].seq

    return change


def closing(kind: type[Any], number: int) -> Callable[[list[Step]], int]:
    """Without that entry, what is the first to miss it?"""

    def change(steps: list[Step]) -> int:
        found = [place for place, step in enumerate(steps) if isinstance(step.event, kind)]
        steps[found[number]] = replace(steps[found[number]], event=None)
        wanting = ev.SurrogateBidPlaced if number else ev.SurrogateEnded
        return next(step.seq for step in steps if isinstance(step.event, wanting))

    return change


def _an_approval_after_the_end(steps: list[Step]) -> int:
    last = steps[-1]
    (first, *_) = [each for each in steps if isinstance(each.event, ev.SurrogateApproved)]
    steps.append(replace(last, seq=last.seq + 1, event=first.event))
    return last.seq + 1


OWN: dict[str, Callable[[list[Step]], int]] = {
    "below the approval": changing(ev.SurrogateBidPlaced, amount=Decimal("96.50")),
    "by the buyer": changing(ev.SurrogateBidPlaced, by=Officer.BUYER),
    "without a reason": changing(ev.SurrogateBidPlaced, reason=" "),
    "another approval": changing(ev.SurrogateBidPlaced, approval=9),
    "above the own best": changing(ev.SurrogateBidPlaced, amount=Decimal("110.00")),
    "after the deadline": changing(ev.SurrogateBidPlaced, received_at=START + timedelta(hours=9)),
    "no approval": closing(ev.SurrogateApproved, 1),
    "nothing to end": closing(ev.SurrogateApproved, 0),
    "above the ceiling": changing(ev.SurrogateApproved, amount=Decimal("5000.00")),
    "below zero": changing(ev.SurrogateApproved, amount=Decimal("-1.00")),
    "not typed again": changing(ev.SurrogateApproved, amount=Decimal("60.00")),
    "no bound": changing(ev.SurrogateApproved, 1, most=None),
    "a bound above the own best": changing(ev.SurrogateApproved, 1, most=Decimal("110.00")),
    "a bound below the amount": changing(ev.SurrogateApproved, 1, most=Decimal("96.99")),
    "after the end": _an_approval_after_the_end,
}


@pytest.mark.parametrize("by_lead", [False, True])
def test_a_supplier_checks_its_own_surrogate_bids(by_lead: bool) -> None:
    report = verify(own(by_lead), public_key=KEY)
    assert report.passed, [found.text for found in report.findings]
    again(own(by_lead))


@pytest.mark.parametrize("by_lead", [False, True])
@pytest.mark.parametrize("name", OWN)
def test_what_was_changed_of_its_own_is_found(by_lead: bool, name: str) -> None:
    again(own(by_lead), OWN[name])


def test_a_surrogate_bid_above_the_bound_of_its_approval_is_found() -> None:
    """Where the lead takes part, the bound that the approval keeps is all that says how high."""

    def change(steps: list[Step]) -> int:
        changing(ev.SurrogateApproved, 1, most=Decimal("98.50"))(steps)
        return changing(ev.SurrogateBidPlaced)(steps)

    again(own(True), change)


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
