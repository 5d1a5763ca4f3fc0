"""A whole auction played through the domain and written to chains, without a database.

Everything is fixed: the key, the salts, the moments. The golden file in tests/data comes from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auctions.domain import commands as cmd
from auctions.domain.events import BidPlaced
from auctions.domain.machine import RULES_VERSION, decide, due, evolve, genesis
from auctions.domain.refusals import Refusal
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.terms import (
    BuyerExtension,
    Disclosure,
    Feedback,
    LotTerms,
    Terms,
    reserve_commitment,
)
from auctions.ledger import chain
from auctions.ledger.codec import (
    ATTEMPT_REFUSED,
    Attempt,
    Entry,
    event_record,
    next_entry,
    payload_hash,
)
from auctions.ledger.disclosure import Scope, Viewer, build_export
from auctions.ledger.receipts import ACCEPTED, REFUSED, Checkpoint, Heads, Receipt
from infra.keys import PlatformSigner
from tests.domain.room import plain_limits

AUCTION = UUID("5f0c3f8e-6a3e-4a57-9d5c-0f4c9f7f1b11")
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
RESERVE = Decimal("95.00")
FULL = Viewer(Scope.FULL)
ALPHA, BRAVO, CARGO = "ALPHA", "BRAVO", "CARGO"


def signer(name: str = "platform") -> PlatformSigner:
    """A key that is the same in every run."""
    return PlatformSigner(
        Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
    )


def fixed_salt(*parts: object) -> bytes:
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()


class Table:
    """The gate's part, in its simplest form."""

    def __init__(self, key: PlatformSigner) -> None:
        self.key = key
        self.state: AuctionState = EMPTY
        self.now = START - timedelta(hours=1)
        self.chains: dict[str, list[Entry]] = {chain.LEDGER: [], chain.ATTEMPTS: []}
        self.receipts: dict[str, list[dict[str, Any]]] = {}
        self.checkpoints: list[tuple[Checkpoint, dict[str, Any]]] = []

    def write(self, which: str, kind: str, body: dict[str, Any]) -> Entry:
        entries = self.chains[which]
        previous = entries[-1].hash if entries else chain.origin(which, str(AUCTION))
        seq = len(entries) + 1
        entry = next_entry(
            auction=str(AUCTION),
            previous=previous,
            seq=seq,
            recorded_at=self.now,
            kind=kind,
            body=body,
            salt=fixed_salt("salt", which, seq),
        )
        entries.append(entry)
        return entry

    def happen(self, events: Sequence[Any]) -> list[Entry]:
        written = []
        for event in events:
            written.append(self.write(chain.LEDGER, *event_record(event)))
            self.state = evolve(self.state, event, written[-1].seq)
        return written

    def until(self, moment: datetime) -> None:
        """Do what is due before ``moment``."""
        reserves = (cmd.OpenedReserve(1, fixed_salt("reserve").hex(), RESERVE),)
        while (at := due(self.state)) is not None and at < moment:
            self.now = max(self.now, at + timedelta(milliseconds=7))
            self.happen(decide(self.state, cmd.Tick(at, reserves), at, None, plain_limits))
        self.now = max(self.now, moment + timedelta(milliseconds=3))

    def ask(self, command: Any, at: datetime) -> dict[str, Any]:
        """Decide a command and hand out its receipt."""
        self.until(at)
        party = getattr(command, "seat", None) or getattr(command, "sender", "officer:buyer")
        if isinstance(command, cmd.PlaceSurrogateBid):
            party = f"officer:{command.by.value}"
        ref = getattr(command, "ref", "")
        try:
            events = decide(self.state, command, at, None, plain_limits)
        except Refusal as refusal:
            attempt = Attempt(
                kind=ATTEMPT_REFUSED,
                party=party,
                ref=ref,
                received_at=at,
                after=self.state.seq,
                command=command,
                code=refusal.code,
                data=refusal.data,
            )
            entry = self.write(chain.ATTEMPTS, attempt.kind, attempt.body())
            outcome = REFUSED
        else:
            entry = self.happen(events)[0]
            outcome = ACCEPTED
        receipt = Receipt(
            auction=str(AUCTION),
            outcome=outcome,
            id=str(UUID(bytes=fixed_salt("id", outcome, entry.seq)[:16])),
            leaf=entry.leaf,
            party=party,
            ref=ref,
            payload=payload_hash(command),
            received_at=at,
        ).signed(self.key)
        self.receipts.setdefault(party, []).append(receipt)
        return receipt

    def check(self, at: datetime) -> None:
        self.until(at)
        ledger, attempts = self.chains[chain.LEDGER], self.chains[chain.ATTEMPTS]
        number = len(self.checkpoints) + 1
        origin = chain.origin(chain.ATTEMPTS, str(AUCTION))
        heads = Heads(
            len(ledger),
            ledger[-1].hash,
            len(attempts),
            attempts[-1].hash if attempts else origin,
        )
        salt = fixed_salt("checkpoint", number)
        checkpoint = Checkpoint(str(AUCTION), number, self.now, heads, salt)
        self.checkpoints.append((checkpoint, checkpoint.signed(self.key)))

    def export(self, viewer: Viewer = FULL) -> bytes:
        return build_export(
            auction=str(AUCTION),
            state=self.state,
            rules_version=RULES_VERSION,
            viewer=viewer,
            entries=self.chains[chain.LEDGER],
            attempts=self.chains[chain.ATTEMPTS],
            checkpoints=self.checkpoints,
            public_key=self.key.public_key,
            signer=self.key,
            exported_at=self.now,
        )


def case_terms(key_id: str, disclosure: Disclosure = Disclosure.BUYER) -> Terms:
    salt = fixed_salt("reserve")
    return Terms(
        lots=(
            LotTerms(
                number=1,
                title="Цемент, навалом",
                quantity=Decimal(40),
                unit="TNE",
                ceiling=Decimal("120.00"),
                reserve_commitment=reserve_commitment(salt, str(RESERVE)),
            ),
            LotTerms(number=2, title="Sand", quantity=Decimal(15), unit="TNE", scale=3),
        ),
        starts_at=START,
        currency="EUR",
        platform_key=key_id,
        prebid_opens_at=START - timedelta(minutes=30),
        feedback=Feedback(hide_ranks_last=timedelta(minutes=1)),
        buyer_extension=BuyerExtension(times=1),
        disclosure=disclosure,
    )


def play(*, key: PlatformSigner | None = None, disclosure: Disclosure = Disclosure.BUYER) -> Table:
    """The auction from its opening to the award: most kinds of entries, some refusals."""
    key = key or signer()
    table = Table(key)
    terms = case_terms(key.key_id, disclosure)
    table.happen([genesis("T-2026-17", "Cement and sand", terms)])
    minute = timedelta(minutes=1)
    at = START - 50 * minute
    for seat in (ALPHA, BRAVO, CARGO):
        table.ask(cmd.AdmitSeat(seat), at)
    for number, seat in enumerate((ALPHA, BRAVO)):
        table.ask(cmd.AcceptTerms(seat, 1, terms.digest(), "terms"), at + number * minute)
    table.ask(cmd.RemoveSeat(CARGO, "not this time", True), at + 3 * minute)
    bid(table, ALPHA, "118.00", START - 10 * minute, "a0", retyped="118.00")
    table.check(START - 5 * minute)
    bid(table, BRAVO, "125.00", START + minute, "b1")  # above the ceiling
    bid(table, BRAVO, "117.5", START + 2 * minute, "b2", retyped="117.50")
    bid(table, ALPHA, "60.00", START + 3 * minute, "a1")  # past the guard
    bid(table, ALPHA, "60.00", START + 4 * minute, "a2", retyped="60.00")
    table.ask(cmd.Withdraw(ALPHA, 1, "a3"), START + 4 * minute + timedelta(seconds=20))
    table.ask(cmd.DecideWithdrawal(1, True, "a slip", cmd.Officer.BUYER, "o1"), START + 6 * minute)
    bid(table, BRAVO, "0.950", START + 9 * minute, "b3", lot=2, retyped="0.95")
    table.ask(cmd.PostMessage(cmd.BUYER, cmd.EVERYONE, "Добрый день", "o2"), START + 9 * minute)
    table.ask(cmd.PostMessage(BRAVO, cmd.BUYER, "When is it due?", "b4"), START + 10 * minute)
    table.check(START + 10 * minute)
    table.ask(cmd.Pause("a question", cmd.Officer.BUYER, "o3"), START + 12 * minute)
    bid(table, ALPHA, "94.00", START + 13 * minute, "a4")  # paused
    table.ask(cmd.Resume(cmd.Officer.BUYER, "o4"), START + 14 * minute)
    table.ask(cmd.Extend(2, 4 * minute, cmd.Officer.BUYER, "o5"), START + 20 * minute)
    bid(table, ALPHA, "94.00", START + 30 * minute, "a5", retyped="94")
    deadline = table.state.lots[1].deadline
    assert deadline is not None
    bid(table, BRAVO, "93.00", deadline - timedelta(seconds=2), "b5", retyped="93.00")  # extends
    table.check(deadline)
    deadline = table.state.lots[1].deadline
    assert deadline is not None
    bid(table, ALPHA, "92.00", deadline + timedelta(microseconds=1), "a6")  # too late
    table.until(START + 120 * minute)
    table.ask(
        cmd.RecordAward(1, BRAVO, Decimal("93.00"), "the lowest price", "o6"),
        START + 121 * minute,
    )
    table.check(START + 122 * minute)
    return table


def bid(
    table: Table,
    seat: str,
    amount: str,
    at: datetime,
    ref: str,
    *,
    lot: int = 1,
    retyped: str | None = None,
) -> None:
    again = None if retyped is None else Decimal(retyped)
    table.ask(cmd.PlaceBid(seat, lot, Decimal(amount), ref, again), at)


def bids_of(table: Table) -> list[BidPlaced]:
    events = (entry.event() for entry in table.chains[chain.LEDGER])
    return [event for event in events if isinstance(event, BidPlaced)]
