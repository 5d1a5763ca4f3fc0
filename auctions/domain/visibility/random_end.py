"""What a viewer may see of a random end: its window, and what the seeds decided once opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from auctions.domain.state import AuctionState, LotPhase, LotState, Seeds
from auctions.domain.visibility.table import Field, Viewer, granted


class Stage(StrEnum):
    """Where a lot with a random end stands."""

    BEFORE = "before"
    BIDDING = "bidding"  # the open phase and the window
    SEEDS = "seeds"  # the window is over, the seeds are awaited
    FINAL = "final"  # final sealed offers are taken, or wait for their opening
    OVER = "over"


@dataclass(frozen=True, slots=True)
class RandomEndStanding:
    """One lot's random end. None: not known yet, or not granted."""

    stage: Stage
    seeds_fixed: bool  # both, by their hashes
    window_begins: datetime | None
    window_ends: datetime | None
    cut_off: timedelta | None  # after the window's begin, in running time
    void: int | None  # how many of the viewer's own bids came past it
    finalist: bool | None  # whether the viewer may make a final offer


def random_end_standing(
    state: AuctionState, lot: LotState, viewer: Viewer
) -> RandomEndStanding | None:
    """None in formats without a random end."""
    rule = state.rules.open_closed
    if rule is None:
        return None
    seeds, found = state.seeds or Seeds(), lot.random_end
    fixed = bool(seeds.office and seeds.auditor)
    if found is None:
        stage = Stage.OVER if lot.phase is LotPhase.CLOSED else Stage.BEFORE
        return RandomEndStanding(stage, fixed, None, None, None, None, None)
    seat, drawn = viewer.seat, found.drawn is not None
    own = seat is not None and drawn and granted(Field.OWN_LIMITS, viewer, state, lot, seat)
    # A lot that is paused keeps what remains to its deadline: the window moves along with it.
    return RandomEndStanding(
        stage=_stage(lot),
        seeds_fixed=fixed,
        window_begins=found.begins,
        window_ends=found.begins + rule.window,
        cut_off=found.drawn,
        void=len(found.void(seat)) if own and seat is not None else None,
        finalist=seat in found.finalists if own and found.final else None,
    )


def _stage(lot: LotState) -> Stage:
    found = lot.random_end
    if lot.phase is LotPhase.CLOSED or found is None:
        return Stage.OVER
    if found.final:
        return Stage.FINAL
    return Stage.SEEDS if found.awaits else Stage.BIDDING
