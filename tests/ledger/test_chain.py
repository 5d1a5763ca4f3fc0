"""Leaves, links and signed documents: vectors that must never change."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain.codec import BodyMalformed
from auctions.domain.events import KINDS
from auctions.ledger import chain
from auctions.ledger.codec import (
    ATTEMPT_KINDS,
    ATTEMPT_REFUSED,
    COMMANDS,
    Attempt,
    attempt_from,
    closed_json,
    command_document,
    command_from,
    next_entry,
    opened_json,
    opening_from,
    payload_hash,
)
from auctions.ledger.receipts import ACCEPTED, Checkpoint, Heads, Receipt, receipt_from
from kernel.canonical import canonical
from kernel.clock import moment_to_wire
from tests.ledger.case import signer

AUCTION = "5f0c3f8e-6a3e-4a57-9d5c-0f4c9f7f1b11"
NOON = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
BODY = {"seat": "ALPHA", "lot": 1, "amount": "104000.50", "text": "Цемент"}


def test_the_origin_differs_by_chain_and_auction() -> None:
    expected = hashlib.sha256(f"fairfall-ledger-1\nledger\n{AUCTION}".encode()).digest()
    assert chain.origin(chain.LEDGER, AUCTION) == expected
    assert chain.origin(chain.ATTEMPTS, AUCTION) != expected
    assert chain.origin(chain.LEDGER, AUCTION.replace("5", "6")) != expected


def test_an_entry_is_hashed_as_documented() -> None:
    salt, previous = bytes(range(32)), bytes(32)
    entry = next_entry(
        auction=AUCTION,
        previous=previous,
        seq=7,
        recorded_at=NOON,
        kind="bid_placed",
        body=BODY,
        salt=salt,
    )
    envelope = (
        '{"auction":"5f0c3f8e-6a3e-4a57-9d5c-0f4c9f7f1b11","body":{"amount":"104000.50","lot":1,'
        '"seat":"ALPHA","text":"Цемент"},"kind":"bid_placed",'
        '"recorded_at":"2026-11-22T12:00:00.123456Z","seq":7}'
    )
    assert entry.leaf == hashlib.sha256(salt + envelope.encode()).digest()
    assert entry.hash == hashlib.sha256(previous + entry.leaf).digest()
    assert entry.leaf.hex() == "6956933acca635b9c0a9e9bdbb0aecbc10ea6d03b539686db49a94226afbac5c"
    assert entry.hash.hex() == "f3a4608a16f4eb15227e256309ff46c6b572f40ea8758b4d1c13e2214537ff80"


PLAIN = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9)
KEYS = st.sampled_from(["seat", "lot", "amount", "a", "B", "_"])
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.dictionaries(KEYS, PLAIN, max_size=3)


@given(body=st.dictionaries(KEYS, VALUES), seq=st.integers(1, 2**31))
def test_the_envelope_is_canonical_json(body: dict[str, object], seq: int) -> None:
    assert chain.envelope(AUCTION, seq, NOON, "a_kind", canonical(body)) == canonical(
        {
            "auction": AUCTION,
            "body": body,
            "kind": "a_kind",
            "recorded_at": moment_to_wire(NOON),
            "seq": seq,
        }
    )


def test_an_entry_survives_its_export_open_and_closed() -> None:
    entry = next_entry(
        auction=AUCTION,
        previous=bytes(32),
        seq=1,
        recorded_at=NOON,
        kind="bid_placed",
        body=BODY,
        salt=chain.new_salt(),
    )
    opened, closed = opening_from(opened_json(entry)), opening_from(closed_json(entry))
    assert (opened.body_json, opened.salt, opened.hash) == (entry.body_json, entry.salt, entry.hash)
    assert (closed.leaf, closed.is_open, closed.kind) == (entry.leaf, False, None)
    with pytest.raises(BodyMalformed):
        opening_from({**opened_json(entry), "more": 1})


def test_no_kind_is_in_both_chains() -> None:
    assert not set(ATTEMPT_KINDS) & set(KINDS)


COMMANDS_SEEN = [
    cmd.PlaceBid("ALPHA", 1, Decimal("9.50"), "r", Decimal("9.50")),
    cmd.Withdraw("ALPHA", 1, "r"),
    cmd.AcceptTerms("ALPHA", 1, "0" * 64, "r"),
    cmd.PostMessage("ALPHA", cmd.BUYER, "Привіт", "r"),
    cmd.Pause("a question", cmd.Officer.NEUTRAL, "r"),
    cmd.Tick(NOON, (cmd.OpenedReserve(1, "00", Decimal(5)),)),
]


@pytest.mark.parametrize("command", COMMANDS_SEEN, ids=lambda command: type(command).__name__)
def test_a_refused_command_can_be_read_again(command: cmd.Command) -> None:
    assert command_from(command_document(command)) == command
    attempt = Attempt(ATTEMPT_REFUSED, "ALPHA", "r", NOON, 4, command, "auction.paused", {"lot": 1})
    assert attempt_from(attempt.kind, attempt.body()) == attempt


def test_every_command_has_a_name() -> None:
    assert set(COMMANDS.values()) == set(cmd.Command.__args__)
    assert COMMANDS["place_bid"] is cmd.PlaceBid


def test_what_cannot_be_written_is_left_out_of_an_attempt() -> None:
    command = cmd.PlaceBid("ALPHA", 2**60, Decimal(1), "r")
    body = Attempt(
        ATTEMPT_REFUSED, "ALPHA", "r", NOON, 4, command, "auction.lot_unknown", {"lot": 2**60}
    ).body()
    assert (body["command"], body["data"], body["code"]) == (None, {}, "auction.lot_unknown")
    canonical(body)


class TestPayload:
    def bid(self, amount: str, retyped: str | None = None, **other: object) -> bytes:
        again = None if retyped is None else Decimal(retyped)
        fields = {"seat": "ALPHA", "lot": 1, "ref": "r", **other}
        return payload_hash(cmd.PlaceBid(amount=Decimal(amount), retyped=again, **fields))

    def test_zeros_at_the_end_do_not_count(self) -> None:
        assert self.bid("9.5") == self.bid("9.50")
        assert self.bid("100") != self.bid("10")

    def test_everything_else_does(self) -> None:
        seen = {
            self.bid("9.50"),
            self.bid("9.51"),
            self.bid("9.50", "9.5"),
            self.bid("9.50", "8"),
            self.bid("9.50", lot=2),
            self.bid("9.50", seat="BRAVO"),
        }
        assert len(seen) == 6


def test_a_receipt_tells_nothing_but_its_own_doings() -> None:
    receipt = Receipt(AUCTION, ACCEPTED, "an-id", bytes(32), "ALPHA", "r1", bytes(32), NOON)
    signed = receipt.signed(signer())
    assert set(signed) == {
        "type",
        "auction",
        "outcome",
        "id",
        "leaf",
        "party",
        "ref",
        "payload",
        "received_at",
        "key_id",
        "signature",
    }
    assert receipt_from(signed) == receipt
    assert signed["key_id"] == signer().key_id
    assert signed["signature"] == (
        "207733530afbec17a3f37289a8861ac323f227460c9ea3c1729d6bf50a2c663e"
        "56306eab1d584b059d52757aaa24859fe751919dcb8e9ff0367fb54f0865900a"
    )


def test_checkpoints_of_unchanged_chains_look_as_different_as_others() -> None:
    heads = Heads(5, bytes(32), 0, bytes(32))
    first = Checkpoint(AUCTION, 1, NOON, heads, chain.new_salt())
    second = Checkpoint(AUCTION, 1, NOON, heads, chain.new_salt())
    assert first.commitment != second.commitment
    assert set(first.document()) == {"type", "auction", "number", "at", "commitment"}
