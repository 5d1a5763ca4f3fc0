"""The auction as three pure functions: ``decide``, ``evolve``, ``due``.

No clock, no database, no I/O: moments are handed in. The live auction, replay, rehearsal, the
verifier and the tests all call these. The caller (the gate) decides a due boundary B after every
command received at or before B and before every later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from auctions.domain import boundaries, commands
from auctions.domain.boundaries import due
from auctions.domain.commands import Command
from auctions.domain.draft import Draft, Limits, no_limits
from auctions.domain.events import Event, Opened
from auctions.domain.evolve import evolve
from auctions.domain.formats import RULES, next_valid_bid
from auctions.domain.formats.base import Handler, not_in_format
from auctions.domain.refusals import NotInFormat, NotOpened
from auctions.domain.rules import (
    admission,
    automatic_bids,
    automatic_pause,
    closing,
    declaring,
    disqualify,
    edits,
    extension,
    messages,
    pause,
    scoring,
    staggered,
    unlock,
    withdrawal,
)
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.terms import Format, Terms

__all__ = ["decide", "due", "evolve", "genesis", "next_valid_bid", "replay"]

RULES_VERSION = 1  # grows when the same entries would evolve to another state

_COMMON: dict[type[Any], Handler] = {
    commands.PlaceBid: not_in_format,
    commands.AcceptLevel: not_in_format,
    commands.SetBidLimit: not_in_format,
    commands.EndBidLimit: not_in_format,
    commands.PlaceSealedPackage: not_in_format,
    commands.WithdrawPackage: not_in_format,
    commands.ApproveSurrogate: not_in_format,
    commands.EndSurrogate: not_in_format,
    commands.PlaceSurrogateBid: not_in_format,
    commands.Withdraw: withdrawal.withdraw,
    commands.RequestUnlock: unlock.request_unlock,
    commands.AcceptTerms: admission.accept_terms,
    commands.DeclarePrices: declaring.declare_prices,
    commands.PostMessage: messages.post_message,
    commands.AdmitSeat: admission.admit_seat,
    commands.RemoveSeat: admission.remove_seat,
    commands.Pause: pause.pause,
    commands.Resume: pause.resume,
    commands.ReportLoss: automatic_pause.report_loss,
    commands.ReportReturn: automatic_pause.report_return,
    commands.Extend: extension.extend,
    commands.DecideWithdrawal: withdrawal.decide_withdrawal,
    commands.DecideUnlock: unlock.decide_unlock,
    commands.ChangeTerms: edits.change_terms,
    commands.Cancel: closing.cancel,
    commands.Annul: closing.annul,
    commands.Tick: boundaries.tick,
    commands.RecordAward: closing.record_award,
    commands.SetScoring: scoring.set_scoring,
    commands.Disqualify: disqualify.disqualify,
    commands.Requalify: disqualify.requalify,
}

_FORMATS: dict[Format, Mapping[type[Any], Handler]] = {
    name: {**_COMMON, **rules.handlers} for name, rules in RULES.items()
}


def decide(
    state: AuctionState,
    command: Command,
    received_at: datetime,
    line: datetime | None = None,
    limits: Limits = no_limits,
) -> tuple[Event, ...]:
    """The events a command leads to, in order; the state is left as it is.

    ``received_at`` alone decides whether a command is in time; for a Tick its own ``due`` counts.
    ``line``, at or after it, is when a lot stands still that the command pauses; without one it is
    ``received_at``. ``limits`` opens those of automatic bids. Raises a Refusal where the rules say
    no. Empty for a command that changes nothing: accepting terms that are accepted already.
    """
    if line is not None and line < received_at:
        raise ValueError("a line is never drawn before its command was received")
    draft = Draft(state, received_at, line, limits)
    terms = state.terms
    handlers = _COMMON_BEFORE if terms is None else _FORMATS[terms.format]
    handler = handlers.get(type(command))
    if handler is None:
        raise NotOpened() if terms is None else NotInFormat()
    handler(draft, command)
    if not isinstance(command, commands.Tick):  # which is followed moment by moment
        automatic_bids.follow(draft)
    staggered.follow(draft)
    return tuple(draft.events)


# Without a genesis every handler refuses with NotOpened.
_COMMON_BEFORE = _FORMATS[Format.ENGLISH]


def genesis(reference: str, title: str, terms: Terms) -> Opened:
    """The first entry: the whole terms and their hash. ``terms`` have passed ``check_terms``."""
    return Opened(reference=reference, title=title, terms=terms, terms_hash=terms.digest())


def replay(events: Iterable[Event], state: AuctionState = EMPTY) -> AuctionState:
    """The state that ``events`` lead to, entry by entry from ``state``'s seq on."""
    for event in events:
        state = evolve(state, event, state.seq + 1)
    return state
