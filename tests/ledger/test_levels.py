"""Ledgers of Dutch and Japanese auctions: every export is derived anew from its entries."""

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
from auctions.domain.terms import Disclosure, Format, reserve_commitment
from auctions.ledger.disclosure import Scope, Viewer
from auctions.ledger.verify import verify
from tests.domain.room import level_lot, levels_terms
from tests.ledger.case import ALPHA, BRAVO, CARGO, FULL, RESERVE, START, Table, fixed_salt, signer
from tests.ledger.test_verify import relinked, resealed

FORMATS = [Format.DUTCH, Format.JAPANESE]
KEY = signer().public_key
SEATS = (ALPHA, BRAVO, CARGO)


@cache
def played(of: Format, disclosure: Disclosure = Disclosure.BUYER) -> Table:
    """From the opening to the end, with a pause, refusals and messages."""
    table = Table(signer())
    start = Decimal("90.00") if of is Format.DUTCH else Decimal("100.00")
    commitment = reserve_commitment(fixed_salt("reserve"), str(RESERVE))
    terms = levels_terms(
        of,
        lots=(level_lot(start=start, reserve_commitment=commitment),),
        starts_at=START,
        platform_key=signer().key_id,
        disclosure=disclosure,
    )
    table.happen([genesis("T-2026-18", "Levels", terms)])
    for seat in SEATS:
        table.ask(cmd.AdmitSeat(seat), START - timedelta(minutes=9))
        accepted = cmd.AcceptTerms(seat, 1, terms.digest(), "terms")
        table.ask(accepted, START - timedelta(minutes=8))
    table.check(START)
    for name in ("_dutch", "_japanese"):
        if name == f"_{of.value}":
            globals()[name](table)
    table.until(START + timedelta(hours=1))
    table.check(START + timedelta(hours=1))
    assert not table.state.phase.is_open
    return table


def take(table: Table, seat: str, level: int, second: float) -> None:
    ref = f"{seat}-{level}-{second}"
    table.ask(cmd.AcceptLevel(seat, 1, level, ref), START + timedelta(seconds=second))


def halt(table: Table, second: float) -> None:
    table.ask(cmd.Pause("a question", cmd.Officer.BUYER, "p"), START + timedelta(seconds=second))
    table.ask(cmd.Resume(cmd.Officer.BUYER, "q"), START + timedelta(seconds=second + 30))


def _dutch(table: Table) -> None:
    take(table, ALPHA, 1, 30)  # not reached
    halt(table, 80)
    take(table, BRAVO, 1, 175)
    take(table, CARGO, 1, 176)  # too late


def _japanese(table: Table) -> None:
    for seat in SEATS:
        take(table, seat, 0, 20)
    take(table, ALPHA, 0, 25)  # once more
    halt(table, 80)
    for level in range(1, 6):
        take(table, ALPHA, level, 120 + 60 * level)
        take(table, BRAVO, level, 121 + 60 * level)
    take(table, CARGO, 2, 245)  # out
    take(table, BRAVO, 6, 485)


@pytest.mark.parametrize("of", FORMATS)
@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_every_export_verifies(of: Format, disclosure: Disclosure) -> None:
    table = played(of, disclosure)
    viewers = [FULL, Viewer(Scope.PUBLIC), *(Viewer(Scope.PARTICIPANT, seat) for seat in SEATS)]
    for viewer in viewers:
        kept = table.receipts.get(viewer.seat or "", [])
        report = verify(table.export(viewer), public_key=KEY, receipts=kept)
        assert report.passed, [str(finding) for finding in report.findings]
    assert (table.state.lots[1].winner, table.state.lots[1].price) == {
        Format.DUTCH: (BRAVO, Decimal("90.90")),
        Format.JAPANESE: (BRAVO, Decimal("94.11")),
    }[of]


@pytest.mark.parametrize("of", FORMATS)
def test_a_participant_reads_its_own_levels_and_nobody_elses_acceptances(of: Format) -> None:
    document = json.loads(played(of).export(Viewer(Scope.PARTICIPANT, CARGO)))
    opened = [entry for entry in document["entries"] if "kind" in entry]
    assert "level_opened" in {entry["kind"] for entry in opened}
    theirs = {"level_accepted", "dropped_out"}
    assert {entry["body"]["seat"] for entry in opened if entry["kind"] in theirs} <= {CARGO}


FORGED: list[tuple[Format, str, dict[str, Any]]] = [
    (Format.DUTCH, "level_opened", {"price": "91.00"}),
    (Format.DUTCH, "level_accepted", {"amount": "90.00"}),
    (Format.DUTCH, "lot_closed", {"seat": CARGO}),
    (Format.JAPANESE, "dropped_out", {"seat": BRAVO}),
    (Format.JAPANESE, "level_accepted", {"amount": "99.99"}),
    (Format.JAPANESE, "lot_closed", {"seat": ALPHA}),
]


@pytest.mark.parametrize(("of", "kind", "changed"), FORGED)
def test_a_rewritten_history_is_not_what_the_rules_lead_to(
    of: Format, kind: str, changed: dict[str, Any]
) -> None:
    """Even sealed anew with the platform's key."""
    document = copy.deepcopy(json.loads(played(of).export(FULL)))
    document["checkpoints"] = []
    entry = [each for each in document["entries"] if each["kind"] == kind][-1]
    entry["body"] |= changed
    report = verify(resealed(relinked(document)), public_key=KEY)
    assert not report.passed
    assert any(finding.seq == entry["seq"] for finding in report.findings)


@pytest.mark.parametrize("of", FORMATS)
def test_an_acceptance_that_is_left_out_is_missed(of: Format) -> None:
    document = copy.deepcopy(json.loads(played(of).export(FULL)))
    document["checkpoints"] = []
    kept = [entry for entry in document["entries"] if entry["kind"] != "level_accepted"]
    document["entries"] = kept
    assert not verify(resealed(relinked(document)), public_key=KEY).passed
