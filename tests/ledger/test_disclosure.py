"""Each viewer gets opened what the table says, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auctions.domain.events import KINDS
from auctions.domain.state import AuctionState, Phase
from auctions.domain.terms import Disclosure, Feedback, Terms
from auctions.ledger import chain
from auctions.ledger.disclosure import LedgerNotClosed, Scope, Viewer, opens
from tests.ledger.case import ALPHA, BRAVO, FULL, Table, case_terms, play, signer

ALPHAS = Viewer(Scope.PARTICIPANT, ALPHA)
PUBLIC = Viewer(Scope.PUBLIC)


def terms(disclosure: Disclosure, *, lead: bool = False) -> Terms:
    plain = case_terms(signer().key_id, disclosure)
    return Terms(
        lots=plain.lots,
        starts_at=plain.starts_at,
        currency="EUR",
        platform_key=plain.platform_key,
        feedback=Feedback(lead=lead),
        disclosure=disclosure,
    )


BUYER, EVERYONE = terms(Disclosure.BUYER), terms(Disclosure.PUBLIC)

ROWS: list[tuple[str, dict[str, Any], str]] = [
    # kind, body; then full, participant/public, participant/buyer, public/public, public/buyer
    ("opened", {}, "yyyy."),
    ("deadline_moved", {"lot": 1}, "yyyy."),
    ("annulled", {}, "yyyy."),
    ("bid_placed", {"seat": ALPHA}, "yyyy."),
    ("bid_placed", {"seat": BRAVO}, "yy.y."),
    ("seat_admitted", {"seat": BRAVO}, "yy.y."),
    ("withdrawal_decided", {"seat": BRAVO}, "yy.y."),
    ("message_posted", {"sender": "buyer", "to": "all"}, "yyyy."),
    ("message_posted", {"sender": ALPHA, "to": "buyer"}, "yyy.."),
    ("message_posted", {"sender": "buyer", "to": ALPHA}, "yyy.."),
    ("message_posted", {"sender": BRAVO, "to": "buyer"}, "y...."),
    ("reserve_opened", {"lot": 1}, "yy.y."),
    ("lot_closed", {"seat": ALPHA}, "yyyy."),
    ("lot_closed", {"seat": None}, "yyyy."),
    ("lot_closed", {"seat": BRAVO}, "yy.y."),
    ("award_recorded", {"seat": BRAVO}, "yy.y."),
    ("award_recorded", {"seat": ALPHA}, "yyyy."),
    ("a_kind_of_later", {"seat": ALPHA}, "y...."),
]


@pytest.mark.parametrize(("kind", "body", "expected"), ROWS)
def test_the_table(kind: str, body: dict[str, Any], expected: str) -> None:
    asked = [
        (FULL, BUYER),
        (ALPHAS, EVERYONE),
        (ALPHAS, BUYER),
        (PUBLIC, EVERYONE),
        (PUBLIC, BUYER),
    ]
    found = "".join("y" if opens(viewer, rules, kind, body) else "." for viewer, rules in asked)
    assert found == expected


def test_the_winner_is_told_where_the_lead_was_shown() -> None:
    body = {"seat": BRAVO}
    assert opens(ALPHAS, terms(Disclosure.BUYER, lead=True), "lot_closed", body)
    assert not opens(ALPHAS, terms(Disclosure.BUYER, lead=True), "bid_placed", body)


def test_every_kind_of_entry_is_decided_upon() -> None:
    """To a participant where the terms say public, everything is open but what others wrote to each
    other, and the unit prices of their positions."""
    body = {"seat": BRAVO, "sender": BRAVO, "to": "buyer"}
    closed = {kind for kind in KINDS if not opens(ALPHAS, EVERYONE, kind, body)}
    assert closed == {"bid_lines", "message_posted"}


def test_a_participants_file_holds_no_amount_of_others() -> None:
    table = play()
    text = table.export(ALPHAS).decode("utf-8")
    assert '"118.00"' in text
    assert '"117.50"' not in text
    assert "When is it due?" not in text
    assert BRAVO not in text
    assert "95.00" not in text


def test_the_publics_file_holds_leaves_only() -> None:
    document = json.loads(play().export(PUBLIC))
    for entry in document["entries"] + document["attempts"]:
        assert set(entry) == {"seq", "leaf", "hash"}


@pytest.mark.parametrize("phase", [Phase.SCHEDULED, Phase.PREBID, Phase.RUNNING])
def test_nothing_is_exported_before_the_end(phase: Phase) -> None:
    table = Table(signer())
    for state in (AuctionState(), AuctionState(phase=phase, terms=BUYER)):
        table.state = state
        with pytest.raises(LedgerNotClosed):
            table.export(FULL)


def test_a_participant_has_a_seat_and_nobody_else() -> None:
    for scope, seat in ((Scope.PARTICIPANT, None), (Scope.PUBLIC, ALPHA), (Scope.FULL, ALPHA)):
        with pytest.raises(ValueError, match="seat"):
            Viewer(scope, seat)


def test_the_seal_is_of_the_chains_end() -> None:
    table = play()
    heads = json.loads(table.export())["seal"]["heads"]
    last = table.chains[chain.LEDGER][-1]
    assert (heads["seq"], heads["head"]) == (last.seq, last.hash.hex())
