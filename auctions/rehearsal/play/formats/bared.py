"""The terms of an auction bared to what every format can have, to compare formats with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from auctions.domain.terms import (
    Basis,
    BuyerExtension,
    Feedback,
    LotTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TiePolicy,
    Withdrawal,
)
from auctions.rehearsal.play.bots import Prices

PERCENT_STEP = Step()
LEVEL_STEPS = (StepKind.ABSOLUTE, StepKind.PERCENT)


def without_bids(terms: Terms) -> Terms:
    """Terms in which nothing speaks of bids, nor of a format of their own: levels and sealed offers
    have neither ranks nor late extensions."""
    return replace(
        terms,
        feedback=Feedback(
            rank=False, lead=False, after_first_bid=False, count=terms.feedback.count
        ),
        basis=Basis.OWN,
        ties=TiePolicy.FIRST,
        prebid_opens_at=None,
        soft_close=SoftClose(window=timedelta(0)),
        withdrawal=Withdrawal(allowed=False),
        buyer_extension=BuyerExtension(times=0),
        guard=replace(terms.guard, block=None),
        scoring=None,
        front_buffer=None,
        automatic_bids=None,
        automatic_pause=None,
        surrogates=None,
        packages=None,
        preset=None,
        sealed=None,
        sealed_rounds=None,
        open_closed=None,
        dutch=None,
        japanese=None,
        turns=None,
    )


def by_levels(lot: LotTerms) -> LotTerms:
    """The lot without ceiling and grid, with a step that levels can have."""
    step = lot.step if lot.step.kind in LEVEL_STEPS else PERCENT_STEP
    return replace(lot, ceiling=None, grid=None, step=step)


def priced(terms: Terms, prices: Prices) -> tuple[LotTerms, ...]:
    """The lots as they are bid for downwards, with the price level where there is no ceiling."""
    return tuple(
        replace(by_levels(lot), start=None, ceiling=lot.ceiling or prices[lot.number])
        for lot in terms.lots
    )
