"""Surrogate bids, as the verifier of the supplier decides them again that they were placed for.

Where the lead takes part in what it may bid, and others' bids are closed to it, they are decided by
terms under which a bid must only be better than its own best: what those refuse, the terms as they
are refuse too. All that does not hang on the lead is checked exactly: that the bid was approved, by
the entry it names, within what was approved, placed by a neutral person and with a reason.
"""

from __future__ import annotations

from dataclasses import replace

from auctions.domain import events as ev
from auctions.domain.state import AuctionState
from auctions.domain.terms import Basis, Step, StepKind, Terms, TiePolicy
from auctions.domain.terms_scoring import StepOn
from auctions.ledger.replay_steps import Asked, ReplayFailed, decided_again
from kernel.decimals import MAX_SCALE, tick

SURROGATE = ev.SurrogateApproved | ev.SurrogateEnded | ev.SurrogateBidPlaced
# No more than the finest amount there is: the lot's own smallest amount is asked then.
_BY_A_TICK = Step(StepKind.ABSOLUTE, absolute=tick(MAX_SCALE), percent=None)


def check_own_surrogate(
    state: AuctionState,
    event: SURROGATE,
    asked: Asked,
    seq: int,
    *,
    lead_matters: bool,
) -> None:
    """Decide the entry again. Raises ReplayFailed."""
    if lead_matters:
        state = replace(state, terms=without_lead(state.rules))
    found = decided_again(state, asked, seq)[:1]
    if lead_matters and isinstance(event, ev.SurrogateApproved):
        found = tuple(_with_most(each, event) for each in found)
    if found != (event,):
        raise ReplayFailed(seq, "the rules lead to another entry")


def _with_most(found: ev.Event, event: ev.SurrogateApproved) -> ev.Event:
    """The approval with the bound it was given, as far as the lead may have made it."""
    if not isinstance(found, ev.SurrogateApproved):
        return found
    told, least, loose = event.most, found.amount, found.most
    if told is None:
        return found
    fits = least <= told and (loose is None or told <= loose)
    return replace(found, most=told) if fits else found


def without_lead(terms: Terms) -> Terms:
    """Terms that take every bid which these take, and do not ask for the lead."""
    scoring = terms.scoring
    lots = tuple(
        # By scores the lead may stand above the ceiling in a supplier's own price.
        replace(lot, step=_BY_A_TICK, ceiling=lot.ceiling if scoring is None else None)
        for lot in terms.lots
    )
    return replace(
        terms,
        lots=lots,
        basis=Basis.OWN,
        ties=TiePolicy.FIRST,
        front_buffer=None,
        scoring=None if scoring is None else replace(scoring, step_on=StepOn.PRICE),
    )
