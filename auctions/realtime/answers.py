"""Commands on their way, and the signed answers that become of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Future
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from auctions.domain.codec import to_body
from auctions.domain.commands import Command
from auctions.domain.events import Event
from auctions.ledger.codec import Entry
from auctions.ledger.outcomes import Outcome
from auctions.ledger.receipts import ACCEPTED, REFUSED, Receipt
from auctions.realtime.errors import Abandoned
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import Party
from auctions.realtime.wire import ref_of, result_of
from kernel.clock import moment_to_wire
from kernel.errors import FairfallError
from kernel.ids import new_id
from kernel.signing import Signer

Answer = Ack | Refused
_PROOF = ("leaf", "id", "key_id", "signature", "received_at")


@dataclass(frozen=True, slots=True)
class Abandon:
    """Not a command of the rules: ``ref`` shall never be done."""

    ref: str


@dataclass(slots=True, eq=False)
class Work:
    """One command on its way. ``epoch`` None: stamped inside the transaction that decides it.

    ``line`` is when a command that draws one takes effect, once that is settled. ``context`` is its
    sender's, for the log.
    """

    command: Command | Abandon
    party: Party
    received_at: datetime
    epoch: int | None = None
    future: Future[Answer] = field(default_factory=Future)
    waits: bool = False  # for a boundary: it was looked at and put back
    line: datetime | None = None
    context: Context | None = None

    @property
    def moment(self) -> datetime:
        """The command's place in the order of decisions."""
        return self.received_at if self.line is None else self.line

    @property
    def ref(self) -> str | None:
        return ref_of(self.command)


@dataclass(slots=True)
class Recorded:
    """An outcome in the making: its leaf is known once the batch's entries are chained."""

    work: Work
    payload: bytes
    index: int  # of its entry among the new entries (accepted) or attempts
    error: FairfallError | None
    command: Command | None  # None: abandoned

    @property
    def kind(self) -> str:
        if self.error is None:
            return "accepted"
        return "abandoned" if self.command is None else "refused"


def signed_outcome(
    recorded: Recorded, entry: Entry, auction_id: UUID, signer: Signer
) -> tuple[Outcome, Answer]:
    """What is kept of a recorded command, and the answer with its receipt."""
    work = recorded.work
    receipt = Receipt(
        auction=str(auction_id),
        outcome=ACCEPTED if recorded.error is None else REFUSED,
        id=str(new_id()),
        leaf=entry.leaf,
        party=work.party.key,
        ref=work.ref or "",
        payload=recorded.payload,
        received_at=work.received_at,
    )
    answer = _answer(recorded, receipt.signed(signer))
    outcome = Outcome(
        id=UUID(receipt.id),
        party=receipt.party,
        ref=receipt.ref,
        kind=recorded.kind,
        payload_hash=recorded.payload,
        received_at=work.received_at,
        seq=entry.seq,
        answer=msgspec.json.encode(answer).decode(),
        actor_id=work.party.user_id,
    )
    return outcome, answer


def _answer(recorded: Recorded, signed: dict[str, Any]) -> Answer:
    ref, error = recorded.work.ref, recorded.error
    proof = {name: signed[name] for name in _PROOF}
    if error is None and recorded.command is not None:
        return Ack(ref=ref or "", result=result_of(recorded.command), **proof)
    error = error or Abandoned()
    return Refused(
        ref=ref,
        code=error.code,
        message=error.message,
        data=to_body(dict(error.data)),
        final=True,
        field=error.field,
        **proof,
    )


def own_entry(events: Sequence[Event], ref: str) -> int:
    """Which of a command's entries stands for it: the one that carries its ref, else the first."""
    return next(
        (index for index, event in enumerate(events) if getattr(event, "ref", None) == ref), 0
    )


def plain_ack(work: Work) -> Ack:
    """The answer to what left no entry of its own, so there is nothing to sign: the platform's
    commands without a ref, and accepting what is accepted already."""
    return Ack(
        ref=work.ref or "", leaf="", id="", key_id="", signature="",
        received_at=moment_to_wire(work.received_at),
    )  # fmt: skip


def repeated(outcome: Outcome) -> Answer:
    """The first answer to a ref, given again."""
    document = json.loads(outcome.answer)
    kind = Ack if document["type"] == "ack" else Refused
    return msgspec.structs.replace(msgspec.convert(document, kind), repeated=True)
