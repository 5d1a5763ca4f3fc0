"""What a client sends."""

from __future__ import annotations

from typing import Any

from auctions.realtime.messages.base import Message


class Bid(Message, tag="bid", frozen=True):
    """Place a binding bid. ``retyped`` repeats the amount past the guard's threshold.

    On a lot with positions give ``lines``: the unit price of each, in order. ``amount`` may then be
    left out; given, it must be what they come to. On a lot with a budget the amount is the quantity
    delivered for it.
    """

    ref: str
    lot: int
    amount: str | None = None  # unit price; with a budget a quantity of the lot's unit
    retyped: str | None = None
    lines: list[str] | None = None

    def __post_init__(self) -> None:
        if self.amount is None and self.lines is None:
            raise ValueError("a bid has an amount, or lines")


class SealedOffer(Message, tag="sealed_offer", frozen=True):
    """Place, or replace, an encrypted offer; ``envelope`` in lower-case hex, of one length, which
    on a lot with positions follows from their number (docs/auctions/lines.md).

    Where there are sealed rounds it names the one to whose keys it was encrypted.
    """

    ref: str
    lot: int
    envelope: str
    round: int | None = None


class SealedPackage(Message, tag="sealed_package", frozen=True):
    """Place, or replace, an encrypted package; number 0 is the discount on a condition.

    ``envelope`` in lower-case hex, of one length, longer than that of an offer for one lot.
    """

    ref: str
    package: int
    envelope: str


class WithdrawPackage(Message, tag="withdraw_package", frozen=True):
    """Take back one's own package, or the discount (number 0), before the deadline."""

    ref: str
    package: int


class Accept(Message, tag="accept", frozen=True):
    """Accept the price of a level of a lot (Dutch, Japanese). What binds is the level named."""

    ref: str
    lot: int
    level: int


class Withdraw(Message, tag="withdraw", frozen=True):
    """Ask to take back one's own latest bid on a lot; in sealed rounds, that of the round named."""

    ref: str
    lot: int
    round: int | None = None


class Unlock(Message, tag="unlock", frozen=True):
    """Ask a neutral person to let an amount past the guard's block."""

    ref: str
    lot: int
    amount: str


class SetLimit(Message, tag="set_limit", frozen=True):
    """Have bids placed for one's own seat, down to a limit that nobody else is told."""

    ref: str
    lot: int
    amount: str  # unit price; replaces the last limit on the lot
    retyped: str | None = None  # the amount, typed again past the guard's threshold


class EndLimit(Message, tag="end_limit", frozen=True):
    """Have no more bids placed for one's own seat on a lot."""

    ref: str
    lot: int


class ApproveSurrogate(Message, tag="approve_surrogate", frozen=True):
    """Let a neutral person place one bid on a lot for one's own seat, not below ``amount``."""

    ref: str
    lot: int
    amount: str  # unit price; replaces the last approval on the lot
    retyped: str | None = None  # the amount, typed again past the guard's threshold


class EndSurrogate(Message, tag="end_surrogate", frozen=True):
    """Take the approval back."""

    ref: str
    lot: int


class AcceptTerms(Message, tag="accept_terms", frozen=True):
    """Accept a version of the terms by its hash."""

    ref: str
    version: int
    terms_hash: str


class DeclarePrices(Message, tag="declare_prices", frozen=True):
    """Say in which currency one's own bids are, and which VAT rate their prices carry.

    Of what the terms list (``terms.currencies``, ``terms.vat_rates``); before the first bid.
    """

    ref: str
    currency: str
    vat: str | None = None  # percent; left out where the terms list no rates


class PostMessage(Message, tag="message", frozen=True):
    """Write to ``buyer`` (suppliers), to ``all`` or to one seat (buyer)."""

    ref: str
    text: str
    to: str = "buyer"


class Pause(Message, tag="pause", frozen=True):
    ref: str
    reason: str


class Resume(Message, tag="resume", frozen=True):
    ref: str


class Extend(Message, tag="extend", frozen=True):
    ref: str
    lot: int
    length_ms: int


class DecideWithdrawal(Message, tag="decide_withdrawal", frozen=True):
    ref: str
    lot: int
    approve: bool
    reason: str


class DecideUnlock(Message, tag="decide_unlock", frozen=True):
    ref: str
    lot: int
    seat: str
    approve: bool
    reason: str


class SurrogateBid(Message, tag="surrogate_bid", frozen=True):
    """Place the one bid that a supplier approved; by a neutral person."""

    ref: str
    lot: int
    seat: str
    amount: str
    reason: str


class ChangeTerms(Message, tag="change_terms", frozen=True):
    """Publish the next version of the terms of a paused auction; everybody's consent is asked.

    ``terms`` is the whole document, as a snapshot carries it, with ``version`` one higher.
    """

    ref: str
    terms: dict[str, Any]


class Cancel(Message, tag="cancel", frozen=True):
    ref: str
    reason: str


class Annul(Message, tag="annul", frozen=True):
    ref: str
    reason: str


class Status(Message, tag="status", frozen=True):
    """What became of ``ref``? Answered by ``ack``, ``refused`` or ``unknown_ref``."""

    ref: str


class Abandon(Message, tag="abandon", frozen=True):
    """Never do ``ref``, should it still arrive. Answered as ``status``."""

    ref: str


class Seen(Message, tag="seen", frozen=True):
    """The last event cursor this client has processed; at most once a second."""

    cursor: int


class NeedSnapshot(Message, tag="need_snapshot", frozen=True):
    """``prev`` did not fit: send a whole snapshot."""


class Ping(Message, tag="ping", frozen=True):
    """``t`` is the client's own clock in milliseconds, returned unchanged. ``rtt`` is what the
    client measured last, in milliseconds."""

    t: float
    rtt: float | None = None
