"""Multi-round sealed: sealed offers in rounds; each round is opened before the next one starts.

In each round a supplier may make one hidden offer a lot, as in the sealed format; each round has
two keys of its own, so that opening one opens no other. An offer must undercut the supplier's own
best of the earlier rounds by the step: what does not is rejected at the opening, and the former
best stands. Whoever makes none keeps what it has. After an opening the feedback of the terms is
told, and the next round starts after the pause, unless one of the rules of :class:`Stop` holds.
Then the lowest standing offer wins at its price, of equal ones the one that was sealed first. Where
the terms have packages or discounts, all lots are decided, and end, together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from auctions.domain import outcome
from auctions.domain import terms_problems as problems
from auctions.domain.commands import (
    Extend,
    HandOverKey,
    KeyHolder,
    OpenOffers,
    PlaceSealedOffer,
    PlaceSealedPackage,
    RequestUnlock,
    SetRoundKeys,
    Withdraw,
    WithdrawPackage,
)
from auctions.domain.draft import Draft
from auctions.domain.events import (
    LotSealed,
    LotStarted,
    RoundKeysSet,
    RoundsStopped,
    SealedRoundEnded,
    SealedRoundScheduled,
    SealedRoundStarted,
)
from auctions.domain.formats import sealed
from auctions.domain.formats.base import not_in_format
from auctions.domain.refusals import Refusal, SealingKeyExists, SealingKeyMalformed
from auctions.domain.rules import admission, closing, next_bid, packages, packages_in_rounds
from auctions.domain.rules.closing import Reserves
from auctions.domain.rules.sealed_lines import Content
from auctions.domain.state import AuctionState, LotPhase, LotState, RoundsLot, SealedLot, Sealing
from auctions.domain.terms import Count, SealedRoundsTerms, Terms, TiePolicy
from auctions.domain.terms_problems import Problem
from kernel import sealing
from kernel.clock import ceil_to_second

MOST_ROUNDS = 10
_LONGEST = timedelta(days=7)


class Stop(StrEnum):
    """Why there is no further round, in the order in which the rules are asked."""

    LAST_ROUND = "last_round"
    UNIMPROVED = "unimproved"
    TOO_FEW = "too_few"
    RESERVE_MET = "reserve_met"


def rounds_of(state: AuctionState) -> SealedRoundsTerms:
    """The format's own terms."""
    terms = state.rules.sealed_rounds
    if terms is None:
        raise ValueError("these terms have no sealed rounds")
    return terms


def set_keys(draft: Draft, command: SetRoundKeys) -> None:
    """Make one holder's public keys known: one a round, all different, once."""
    admission.check_open(draft.state)
    known = draft.state.sealing or Sealing()
    is_auditor = command.holder is KeyHolder.AUDITOR
    mine, others = known.auditor_rounds, known.office_rounds
    if not is_auditor:
        mine, others = others, mine
    if mine:
        raise SealingKeyExists()
    keys = command.public_keys
    for key in keys:
        sealed.check_public(key)
    if len(keys) != rounds_of(draft.state).rounds or len({*keys, *others}) != len(keys) + len(
        others
    ):
        raise SealingKeyMalformed(field="public_keys")
    draft.emit(RoundKeysSet(command.holder, keys, draft.at))


# Rounds --------------------------------------------------------------------------------------


def start(draft: Draft, lot: LotState, at: datetime) -> None:
    """The first round, or the next one."""
    deadline = at + rounds_of(draft.state).length
    if lot.rounds is None:
        draft.emit(LotStarted(lot.number, at, deadline, deadline))
    number = 1 if lot.rounds is None else lot.rounds.round + 1
    draft.emit(SealedRoundStarted(lot.number, number, at, deadline))


def close(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """The lot waits for the round's opening. Where nothing is sealed there is none."""
    draft.emit(LotSealed(lot.number, at, len((lot.sealed or SealedLot()).offers)))
    waiting = _waiting(draft.state)
    some = packages.sealed_count(draft.state) or any(
        (each.sealed or SealedLot()).offers for each in waiting
    )
    if sealed.awaits_opening(draft.state) and not some:
        _end_round(draft, reserves, ())


def open_round(draft: Draft, command: OpenOffers) -> None:
    """Open, judge and rank every offer of the round, and go on or settle lot by lot."""
    opener = sealed.unlocked(draft, command)
    for lot in _waiting(draft.state):
        sealed.open_lot(draft, lot, opener, read_offer)
    if draft.state.rules.packages is not None:
        packages.open_all(draft, opener, packages_in_rounds.judged)
    reserves = {reserve.lot: reserve for reserve in command.reserves}
    _end_round(draft, reserves, command.never_opened or ())


def read_offer(
    state: AuctionState, lot: int, seat: str, envelope: str, opener: sealing.Opener
) -> Content | str:
    """As :func:`sealed.read_offer`; the amount must undercut the own best by the step too."""
    found = sealed.read_offer(state, lot, seat, envelope, opener)
    if isinstance(found, str):
        return found
    try:
        next_bid.check_undercuts(state, seat, state.lots[lot], found.amount)
    except Refusal as refusal:
        return refusal.code
    return found


def _waiting(state: AuctionState) -> list[LotState]:
    return [lot for lot in state.lots.values() if lot.phase is LotPhase.SEALED]


def _end_round(draft: Draft, reserves: Reserves, never_opened: tuple[int, ...]) -> None:
    together = draft.state.rules.packages is not None
    before = packages_in_rounds.choice(draft.state) if together else None
    waiting = [lot.number for lot in _waiting(draft.state)]
    for number in waiting:
        draft.emit(SealedRoundEnded(number, _rounds(draft.state.lots[number]).round, draft.at))
    starts_at = ceil_to_second(draft.at + rounds_of(draft.state).pause)
    if before is not None:
        better = packages_in_rounds.tell_choice(draft, before)
        ended = _of_all(draft.state, better, reserves, never_opened)
        _end_together(draft, waiting, starts_at, ended, reserves)
        return
    for number in waiting:
        lot = draft.state.lots[number]
        so_far = _rounds(lot).round
        cause = stop_cause(draft.state, _of_lot(draft.state, lot, reserves, never_opened))
        if cause is None:
            draft.emit(SealedRoundScheduled(number, so_far + 1, starts_at))
        else:
            draft.emit(RoundsStopped(number, so_far, cause.value))
            closing.settle_lot(draft, draft.state.lots[number], draft.at, reserves)


def _end_together(
    draft: Draft,
    waiting: list[int],
    starts_at: datetime,
    ended: Ended,
    reserves: Reserves,
) -> None:
    """Go on with every lot, or find who wins which of them and settle all."""
    cause = stop_cause(draft.state, ended)
    for number in waiting:
        if cause is None:
            draft.emit(SealedRoundScheduled(number, ended.round + 1, starts_at))
        else:
            draft.emit(RoundsStopped(number, ended.round, cause.value))
    if cause is None:
        return
    told = closing.opened_reserves(draft.state.rules, waiting, reserves)
    winner = packages.allocate(draft, waiting, told)
    for number in waiting:
        closing.settle_lot(draft, draft.state.lots[number], draft.at, reserves, winner)


@dataclass(frozen=True, slots=True)
class Ended:
    """What the rules look at once a round is ended: of one lot, or of all lots together."""

    round: int
    improved: bool
    active: int  # suppliers
    reserve_met: Callable[[], bool]


def stop_cause(state: AuctionState, ended: Ended) -> Stop | None:
    """The first rule that holds after the round that was just ended."""
    own = rounds_of(state)
    if ended.round >= own.rounds:
        return Stop.LAST_ROUND
    if own.stop_unimproved and not ended.improved:
        return Stop.UNIMPROVED
    if ended.active < own.least_active:
        return Stop.TOO_FEW
    # Without a valid offer nothing can have come to meet it.
    if own.stop_at_reserve and ended.active and ended.reserve_met():
        return Stop.RESERVE_MET
    return None


def _of_lot(
    state: AuctionState, lot: LotState, reserves: Reserves, never_opened: tuple[int, ...]
) -> Ended:
    rounds = _rounds(lot)

    def met() -> bool:
        if lot.number in never_opened:
            return False
        reserve = closing.opened_reserve(state.rules.lots[lot.number - 1], reserves)
        return reserve is not None and outcome.winner(lot, reserve.amount) is not None

    return Ended(
        round=rounds.round,
        improved=rounds.round in rounds.improved,
        active=active(lot, len(rounds.ended)),
        reserve_met=met,
    )


def _of_all(
    state: AuctionState, better: bool, reserves: Reserves, never_opened: tuple[int, ...]
) -> Ended:
    so_far = max(_rounds(lot).round for lot in _waiting(state))
    return Ended(
        round=so_far,
        improved=better,
        active=packages_in_rounds.active(state, so_far),
        reserve_met=lambda: packages_in_rounds.reserves_met(state, reserves, never_opened),
    )


def active(lot: LotState, number: int) -> int:
    """How many suppliers made a valid offer in an ended round."""
    found = _rounds(lot).ended[number - 1]
    return sum(offer.amount is not None and seat not in lot.barred for seat, offer in found.items())


def _rounds(lot: LotState) -> RoundsLot:
    if lot.rounds is None:
        raise ValueError("no round has started")
    return lot.rounds


# What the terms may say ----------------------------------------------------------------------


def terms_problems(terms: Terms) -> Iterator[Problem]:
    """The format's own terms; and of equal offers one is first, nobody sees a lead to equal."""
    if terms.ties is TiePolicy.FORBID_LEAD:
        yield problems.RuleNotHere(field="ties")
    own = terms.sealed_rounds
    if own is None:
        yield problems.Missing(field="sealed_rounds")
        return
    if not 2 <= own.rounds <= MOST_ROUNDS:
        yield problems.OutOfRange(field="sealed_rounds.rounds", least=2, most=MOST_ROUNDS)
    for name in ("length", "pause"):
        if not timedelta(seconds=1) <= getattr(own, name) <= _LONGEST:
            yield problems.OutOfRange(field=f"sealed_rounds.{name}", least="1 s", most="7 d")
    if not 0 <= own.least_active <= 100:
        yield problems.OutOfRange(field="sealed_rounds.least_active", least=0, most=100)
    yield from _leaks(terms, own)


def _leaks(terms: Terms, own: SealedRoundsTerms) -> Iterator[Problem]:
    """That a further round starts, or none, must not tell what the feedback hides."""
    told = terms.feedback
    if own.stop_at_reserve and not told.reserve_met:
        yield problems.ReserveNotTold(field="sealed_rounds.stop_at_reserve")
    if own.stop_unimproved and not (told.rank or told.lead):
        yield problems.FallNotTold(field="sealed_rounds.stop_unimproved")
    # One that offered, and sees the rounds go on, knows of another one in any case.
    if own.least_active > 2 and terms.packages is not None:
        yield problems.ActiveNotTold(field="sealed_rounds.least_active")
    elif own.least_active > 2 and told.count is not Count.SHOWN:
        yield problems.CountNotTold(field="sealed_rounds.least_active")


REFUSES = (
    "lot_order",
    "prebid_opens_at",
    "basis",
    "guard.block",
    "soft_close.window",
    "feedback.hide_ranks_last",
    "buyer_extension.times",
)

RULES = replace(
    sealed.RULES,
    handlers={
        SetRoundKeys: set_keys,
        PlaceSealedOffer: sealed.place_offer,
        Withdraw: sealed.withdraw,
        PlaceSealedPackage: packages.place,
        WithdrawPackage: packages.withdraw,
        HandOverKey: sealed.hand_over,
        OpenOffers: open_round,
        Extend: not_in_format,
        RequestUnlock: not_in_format,
    },
    start=start,
    close=close,
    most=next_bid.next_valid_bid,
    edited_once_started=False,
    group="sealed_rounds",
    refuses=REFUSES,
    refuses_anew=(),
    problems=terms_problems,
)
