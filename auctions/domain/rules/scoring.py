"""Scoring: each seat's values make one affine form per lot, ``score = a x price + b``.

With percents p, amounts m a unit and weights v of at most v_max each:

``coef = 1 + sum(v) / (1 - sum(v_max))``, ``a = (1 + sum(p) / 100) / coef``, ``b = sum(m) / coef``.

Where a method has no weights, coef is 1; a seat without values has the price as its score. Values
are set by the buyer before the lot starts, for a seat admitted later before its first bid on it:
no bid is ever scored anew. Where offers are sealed the start alone fixes them, and nobody is
admitted after it: that values are fixed must not tell the buyer who has offered. The step is in the
bidder's own price unless the terms measure it on the score; ceiling and reserve apply to the price.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from auctions.domain import outcome
from auctions.domain.affine import PRICE
from auctions.domain.commands import SetScoring
from auctions.domain.draft import Draft
from auctions.domain.events import ScoringSet
from auctions.domain.refusals import LotClosedAlready, NotScored, ScoringFixed, ScoringValueUnfit
from auctions.domain.rules import admission, feedback
from auctions.domain.state import AuctionState, LotPhase, LotState, Seat
from auctions.domain.terms import Basis, LotTerms, Step, StepKind, Terms
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from kernel.decimals import floor_fraction, tick, to_wire

HUNDRED = Decimal(100)
_LARGEST = Decimal(10) ** 12


def set_scoring(draft: Draft, command: SetScoring) -> None:
    """Fix one seat's values on one lot."""
    state = draft.state
    admission.check_open(state)
    seat = admission.seat_of(state, command.seat)
    lot = admission.lot_of(state, command.lot)
    terms = state.rules.scoring
    if terms is None:
        raise NotScored()
    if lot.phase is LotPhase.CLOSED:
        raise LotClosedAlready(lot=lot.number)
    if fixed(state, lot, seat):
        raise ScoringFixed(lot=lot.number)
    for wrong in unfit(terms, command.values):
        raise wrong
    draft.emit(ScoringSet(lot.number, seat.id, command.values, command.by, draft.at))


def fixed(state: AuctionState, lot: LotState, seat: Seat) -> bool:
    """Whether the seat's values on the lot can no longer be set."""
    if state.rules.sealing is not None:
        return lot.started
    mine = lot.seats.get(seat.id)
    return (lot.started and not seat.late) or (mine is not None and mine.bids > 0)


def unfit(terms: ScoringTerms, values: Sequence[Decimal]) -> Iterator[ScoringValueUnfit]:
    """What is wrong with one seat's values."""
    if len(values) != len(terms.criteria):
        yield ScoringValueUnfit(field="values", least=len(terms.criteria), most=len(terms.criteria))
        return
    found = False
    for number, (criterion, value) in enumerate(zip(terms.criteria, values, strict=True), start=1):
        least, most = bounds(terms.method, criterion)
        if not value.is_finite() or not least <= value <= most or value % tick(6):
            found = True
            yield ScoringValueUnfit(
                field=f"values.{number}", least=to_wire(least), most=to_wire(most)
            )
    percents = sum(
        (v for c, v in zip(terms.criteria, values, strict=True) if c.kind is CriterionKind.PERCENT),
        Decimal(0),
    )
    if not found and percents <= -HUNDRED:
        yield ScoringValueUnfit(field="values", least="-99.999999", most="1000")


def bounds(method: ScoringMethod, criterion: Criterion) -> tuple[Decimal, Decimal]:
    """Between which values a seat's value lies."""
    if criterion.kind is CriterionKind.WEIGHT:
        return Decimal(0), criterion.most or Decimal(0)
    downwards = method is ScoringMethod.BONUS_MALUS
    if criterion.kind is CriterionKind.PERCENT:
        return Decimal("-99.999999") if downwards else Decimal(0), Decimal(1000)
    return -_LARGEST if downwards else Decimal(0), _LARGEST


def step_on_score(terms: Terms) -> bool:
    """Whether the step is measured on the score."""
    return terms.scoring is not None and terms.scoring.step_on is StepOn.SCORE


def most_by_score(
    state: AuctionState, lot: LotState, seat: str, basis: Decimal, terms: LotTerms
) -> Decimal:
    """The next valid price where the step is measured on the score.

    ``basis`` is the own price to undercut; it gets a tick less at least.
    """
    form = lot.scoring.get(seat, PRICE)
    # As with prices, only whoever is told the lead undercuts it: not before the start.
    by_lead = state.rules.basis is Basis.LEADER and feedback.lead_told(state, seat, lot)
    first = outcome.leader(lot) if by_lead else None
    exact = form.score(basis)
    if first is not None and first[0] != seat:
        exact = lot.scoring.get(first[0], PRICE).score(first[1].amount)
    by_step = floor_fraction(form.price(exact - _decrement(terms.step, exact)), terms.scale)
    return min(basis - tick(terms.scale), by_step)


def _decrement(step: Step, basis: Fraction) -> Fraction:
    absolute = Fraction(step.absolute or 0)
    part = abs(basis) * Fraction(step.percent or 0) / 100
    if step.kind is StepKind.ABSOLUTE:
        return absolute
    return part if step.kind is StepKind.PERCENT else min(absolute, part)
