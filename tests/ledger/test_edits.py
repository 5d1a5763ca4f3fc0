"""The buyer's extensions once a bid exists: what the verifier holds of an edit, new and old."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from auctions.domain import commands as cmd
from auctions.domain.machine import genesis
from auctions.domain.refusals import EditNotAllowed
from auctions.domain.terms import BuyerExtension
from auctions.ledger.verify import verify
from tests.ledger.blame import failures, named_in
from tests.ledger.case import ALPHA, BRAVO, START, Table, case_terms, signer
from tests.ledger.test_verify import relinked, resealed

MINUTE = timedelta(minutes=1)
MORE = BuyerExtension(times=100, length=timedelta(hours=1))
LESS = BuyerExtension(times=1, length=MINUTE)


def edited(extension: BuyerExtension, *, kept: bool | None) -> Table:
    """A bid, a pause, and an edit of the buyer's extensions, one of ten minutes as agreed."""
    made = Table(signer())
    agreed = BuyerExtension(times=1, length=10 * MINUTE)
    terms = replace(case_terms(signer().key_id), prebid_opens_at=None, buyer_extension=agreed)
    made.happen([genesis("T-2026-18", "Cement", terms)])
    for seat in (ALPHA, BRAVO):
        made.ask(cmd.AdmitSeat(seat), START - 40 * MINUTE)
        made.ask(cmd.AcceptTerms(seat, 1, made.state.terms_hash, "terms"), START - 30 * MINUTE)
    made.ask(cmd.PlaceBid(ALPHA, 1, Decimal("94.00"), "a1", Decimal("94.00")), START + MINUTE)
    made.ask(cmd.Pause("a slip", cmd.Officer.BUYER, "p1"), START + 2 * MINUTE)
    new = replace(made.state.rules, version=2, buyer_extension=extension)
    made.ask(cmd.ChangeTerms(new, cmd.Officer.BUYER, "e1", kept), START + 3 * MINUTE)
    if made.state.consent_until is None:
        made.ask(cmd.Resume(cmd.Officer.BUYER, "r1"), START + 4 * MINUTE)
    made.until(START + 300 * MINUTE)
    return made


def test_a_ledger_from_before_replays_as_it_was_written() -> None:
    raw = edited(MORE, kept=None).export()
    assert b"extensions_kept" not in raw
    assert verify(raw, public_key=signer().public_key).passed


def test_more_extensions_are_refused_and_the_refused_attempt_is_decided_again() -> None:
    raw = edited(MORE, kept=True).export()
    attempt = json.loads(raw)["attempts"][0]["body"]
    assert attempt["code"] == EditNotAllowed.code
    assert attempt["command"]["fields"]["extensions_kept"] is True
    assert verify(raw, public_key=signer().public_key).passed


@pytest.mark.parametrize("extension", [LESS, MORE])
def test_an_edit_that_says_so_is_held_to_it(extension: BuyerExtension) -> None:
    """Signed anew by the operator."""
    document = json.loads(edited(extension, kept=None).export()) | {"checkpoints": []}
    place = [entry["kind"] for entry in document["entries"]].index("terms_changed")
    document["entries"][place]["body"]["extensions_kept"] = True
    found = failures(resealed(relinked(document)))
    if extension is LESS:
        assert found == []
    else:
        assert named_in(found) == [("ledger", place + 1)]
        assert "auction.edit_not_allowed" in found[0].text
