"""One viewer's way through every lot, told by the visibility table and by nothing else. Pure.

Two histories that the table shows alike give equal debriefs: every figure here is one that
:mod:`auctions.domain.visibility` grants, at the moment at which it was granted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil

from auctions.domain import events as ev
from auctions.domain import money
from auctions.domain.direction import gain, stepped
from auctions.domain.events import DeadlineCause, Event
from auctions.domain.state import AuctionState, LotState
from auctions.domain.terms import Format, LotTerms
from auctions.domain.visibility import Field, Viewer, event_view, granted
from auctions.domain.visibility.standing import LotStanding, lot_standing
from kernel.decimals import floor_fraction, tick

# Before, the event, after, and when it was recorded.
Passage = tuple[AuctionState, Event, AuctionState, datetime]
_Offer = ev.BidPlaced | ev.LevelAccepted | ev.OfferOpened
# Where an offer better than the winning one by the smallest amount would have won.
BEST_WINS = frozenset(
    {
        Format.ENGLISH,
        Format.SEALED,
        Format.TURNS,
        Format.SEALED_ROUNDS,
        Format.OPEN_CLOSED,
        Format.BUDGET,
    }
)


@dataclass(frozen=True, slots=True)
class Rank:
    """From then on the viewer was told this rank; None: no rank."""

    at: datetime
    rank: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The deadline moved. ``cause`` is None where the terms hide it."""

    at: datetime
    deadline: datetime
    cause: DeadlineCause | None


@dataclass(frozen=True, slots=True)
class Point:
    """A price over time: one's own, the level of the clock, or the lead as it was shown."""

    at: datetime
    amount: Decimal
    own: bool
    seat: str | None  # only to whom the table shows whose it is
    level: bool = False  # the price that everybody was offered from then on


@dataclass(slots=True)
class LotDebrief:
    """One lot as one viewer may look back at it."""

    number: int
    end: LotStanding
    ranks: list[Rank] = field(default_factory=list)
    extensions: list[Moved] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    pauses: list[str] = field(default_factory=list)
    distance: Decimal | None = None  # from own best to the winning amount, where both are known
    needed: Decimal | None = None  # the worst amount that would have won, as far as may be told
    budget: Decimal | None = None  # then every amount is a quantity
    scored: bool = False  # the price alone does not decide


def lot_debriefs(
    passages: Iterable[Passage], state: AuctionState, viewer: Viewer
) -> list[LotDebrief]:
    """Every lot of an ended auction, by the passages of its ledger in order."""
    found = {
        number: LotDebrief(number, lot_standing(state, lot, viewer))
        for number, lot in state.lots.items()
    }
    for before, event, after, recorded in passages:
        followed = found.get(getattr(event, "lot", 0))
        if followed is not None:
            _follow(followed, (before, event, after, recorded), viewer)
    for debrief in found.values():
        _sum_up(debrief, state, viewer.seat)
    return list(found.values())


def _follow(debrief: LotDebrief, passage: Passage, viewer: Viewer) -> None:
    before, event, after, recorded = passage
    lot = after.lots[debrief.number]
    # A moment told to the second: the protocol told it when it happened, and not finer.
    at = recorded.replace(microsecond=0)
    if isinstance(event, ev.DeadlineMoved):
        view = event_view(before, after, event, viewer)
        if view is not None:
            cause = None if view["cause"] is None else event.cause
            debrief.extensions.append(Moved(at, event.deadline, cause))
    elif isinstance(event, ev.LotPaused) and event_view(before, after, event, viewer):
        debrief.pauses.append(event.cause.value)
    elif isinstance(event, ev.LevelOpened):
        if event_view(before, after, event, viewer):
            debrief.points.append(Point(event.at, event.price, False, None, level=True))
    elif isinstance(event, ev.EndDrawn):
        _without_void(debrief, lot, viewer, after, at)
    elif isinstance(event, _Offer):
        _price(debrief, event, after, viewer, at)
    elif isinstance(event, ev.SealedRoundEnded):
        _lead(debrief, after, lot, viewer, at)
    _rank(debrief, after, lot, viewer, at)


def _price(
    debrief: LotDebrief, event: _Offer, after: AuctionState, viewer: Viewer, at: datetime
) -> None:
    lot = after.lots[event.lot]
    own = event.seat == viewer.seat
    if granted(Field.BID, viewer, after, lot, event.seat):
        seat = None if viewer.seat is not None else event.seat
        # What was sealed is a price from its opening on.
        when = at if isinstance(event, ev.OfferOpened) else event.received_at
        told = money.told_to(after, viewer.seat, lot, event.seat, event.amount)
        debrief.points.append(Point(when, told, own, seat))
    _lead(debrief, after, lot, viewer, at)


def _lead(
    debrief: LotDebrief, after: AuctionState, lot: LotState, viewer: Viewer, at: datetime
) -> None:
    if viewer.seat is None:
        return
    lead = lot_standing(after, lot, viewer).lead
    leads = (point.amount for point in reversed(debrief.points) if not (point.own or point.level))
    if lead is not None and lead != next(leads, None):
        debrief.points.append(Point(at, lead, False, None))


def _without_void(
    debrief: LotDebrief, lot: LotState, viewer: Viewer, after: AuctionState, at: datetime
) -> None:
    """Bids past a random end never were prices; the lead as it was told then goes with them."""
    late = () if lot.random_end is None else lot.random_end.void()
    if not late:
        return
    moments = {bid.received_at for bid in late}
    whose = viewer.seat is None  # else a point that is not one's own is the lead
    lead = None if whose else lot_standing(after, lot, viewer).lead
    # Nothing was taken back meanwhile, so a lead below the one that counts was made by a void bid.
    debrief.points = [
        point
        for point in debrief.points
        if point.at not in moments
        and (whose or point.own or (lead is not None and point.amount >= lead))
    ]
    if lead is not None:
        debrief.points.append(Point(at, lead, False, None))


def _rank(
    debrief: LotDebrief, after: AuctionState, lot: LotState, viewer: Viewer, at: datetime
) -> None:
    if viewer.seat is None:
        return
    own = lot_standing(after, lot, viewer).own
    told = (None, None) if own is None else (own.rank, own.of)
    latest = (debrief.ranks[-1].rank, debrief.ranks[-1].of) if debrief.ranks else (None, None)
    if latest != told:
        debrief.ranks.append(Rank(at, *told))


def _sum_up(debrief: LotDebrief, state: AuctionState, seat: str | None) -> None:
    debrief.budget = state.rules.lots[debrief.number - 1].budget
    rises = debrief.budget is not None
    own, price = debrief.end.own, debrief.end.price
    if own is None or own.won or price is None:
        return
    together = state.rules.packages is not None  # no single price decides
    if own.best is not None and not together:
        debrief.distance = gain(rises, own.best, price)
    terms = money.own_terms(state, seat, debrief.number)
    debrief.scored = state.rules.scoring is not None
    if state.rules.format in BEST_WINS and state.rules.scoring is None and not together:
        better = stepped(rises, price, terms.grid or tick(terms.scale))
        if state.lots[debrief.number].money:
            better = _lower(state.lots[debrief.number], seat, price, terms)
        debrief.needed = better if better > 0 else None


def _lower(lot: LotState, seat: str | None, told: Decimal, terms: LotTerms) -> Decimal:
    """The highest amount below the price that was paid; in other money that is not ``told``, which
    is rounded."""
    exact = Fraction(told)
    if lot.money and lot.winner is not None and lot.price is not None:
        exact = money.in_own(lot, seat, money.value_of(lot, lot.winner, lot.price))
    step = Fraction(terms.grid or tick(terms.scale))
    return floor_fraction((ceil(exact / step) - 1) * step, terms.scale)
