"""A random end as the protocol carries it."""

from __future__ import annotations

from auctions.domain.visibility.random_end import RandomEndStanding
from auctions.realtime.part import Part
from kernel.clock import MICROSECOND, moment_to_wire


class RandomEndView(Part):
    """The random end of a lot, where the terms have one.

    The cut-off lies in the window and is known to nobody before ``cut_off_ms`` tells it.
    """

    stage: str  # before | bidding | seeds | final | over
    seeds_fixed: bool  # both hashes stand in the ledger
    window_begins: str | None = None
    window_ends: str | None = None
    cut_off_ms: int | None = None  # after the window's begin, in running time
    void: int | None = None  # suppliers: own bids past the cut-off
    finalist: bool | None = None  # suppliers: whether a final offer may be made


def random_end_view(view: RandomEndStanding | None) -> RandomEndView | None:
    """The part of a lot's view; None in formats without a random end."""
    if view is None:
        return None
    begins, ends, cut_off = view.window_begins, view.window_ends, view.cut_off
    return RandomEndView(
        stage=view.stage.value,
        seeds_fixed=view.seeds_fixed,
        window_begins=None if begins is None else moment_to_wire(begins),
        window_ends=None if ends is None else moment_to_wire(ends),
        cut_off_ms=None if cut_off is None else cut_off // (1000 * MICROSECOND),
        void=view.void,
        finalist=view.finalist,
    )
