"""Sealed unit prices over HTTP: an envelope made by the example program, refusals, what is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.formats.sealed import purpose
from auctions.domain.rules.sealed_lines import envelope_bytes
from auctions.domain.terms import LineTerms, LotTerms
from auctions.services import sealing as service
from examples import sealed_offer
from kernel import sealing
from tests.api.sealed import AUDITOR, ask, sealed_room
from tests.rooms import LOT, Room

pytestmark = pytest.mark.django_db(transaction=True)
POSITIONS = tuple(
    LineTerms(number, f"Position {number}", Decimal(10), "C62") for number in range(1, 8)
)
LOT_TERMS = LotTerms(number=1, title="Parts", quantity=Decimal(1), unit="LO", lines=POSITIONS)
PRICES = ["1.10", "2.20", "3.30", "4.40", "5.50", "6.60", "743.19"]


@pytest.fixture
def room() -> Iterator[Room]:
    labelled = replace(LOT, line_labels=("pcs",) * len(POSITIONS))
    yield from sealed_room(keyed=True, lot=labelled, lots=(LOT_TERMS,))


def test_the_example_seals_prices_that_the_rules_open(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole program, its requests answered by the API."""
    one, other = room.suppliers

    def asked(url: str, token: str, body: Any = None, ref: str = "") -> Any:
        answer = ask(one, room, url.partition(str(room.id))[2].lstrip("/"), body, ref)
        assert answer.status_code in (200, 201), answer.json()
        return answer.json()

    monkeypatch.setattr(sealed_offer, "ask", asked)
    kept = sealed_offer.place("http://here", "token", str(room.id), 1, PRICES)
    assert kept["lines"] == PRICES
    assert kept["receipt"]["result"] == {"lot": 1, "fingerprint": kept["fingerprint"]}
    for wrong in (PRICES[:-1], "9.50"):
        with pytest.raises(SystemExit, match="7 positions"):
            sealed_offer.place("http://here", "token", str(room.id), 1, wrong)

    office = bytes.fromhex(service.office_key(actor=room.buyer.actor, auction_id=room.id))
    envelope = bytes.fromhex(kept["envelope"])
    assert len(envelope) == envelope_bytes(LOT_TERMS) == 81 + 256
    opener = sealing.Opener(AUDITOR, office)
    text = opener.open(purpose(one.seat, 1), envelope, len(envelope))
    assert json.loads(text) == {"lines": PRICES}
    for person in (one, other, room.buyer):
        assert "743.19" not in json.dumps(ask(person, room, "").json())


def test_an_envelope_for_one_price_is_no_envelope_here(room: Room) -> None:
    one = room.suppliers[0]
    keys = ask(one, room, "").json()["lots"][0]["sealed"]
    made = sealed_offer.seal(keys["auditor_key"], keys["office_key"], one.seat, 1, "743.19")
    answer = ask(one, room, "sealed-offers/", {"lot": 1, "envelope": made["envelope"]}, "s1")
    assert (answer.status_code, answer.json()["code"]) == (422, "auction.envelope_malformed")
