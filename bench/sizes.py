"""How much is measured: the whole, or just enough to see that everything still works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers of people and seconds of each measurement. Times are in seconds."""

    warm_up: float = 2.0
    # (a) one hot auction
    bidders: int = 32
    bid_seconds: float = 10.0
    # (b) fan-out
    fanout_viewers: int = 300
    fanout_seconds: float = 10.0
    # (c) many viewers
    seats: int = 20
    viewers: int = 1000
    viewer_seconds: float = 20.0
    standings_per_second: float = 20.0
    # (d) many auctions due at one instant
    due_at_once: int = 1000
    clocks: int = 2
    # (e) what one person feels
    response_viewers: int = 200
    response_seconds: float = 30.0
    response_per_second: float = 10.0
    # screening
    listed_names: int = 300_000
    screened_companies: int = 100
    # catalog
    products: int = 1_000_000
    searches: int = 400


FULL = Sizes()
SMOKE = Sizes(
    warm_up=0.2,
    bidders=4,
    bid_seconds=0.6,
    fanout_viewers=12,
    fanout_seconds=0.6,
    seats=4,
    viewers=24,
    viewer_seconds=1.5,
    due_at_once=12,
    response_viewers=12,
    response_seconds=1.5,
    listed_names=3000,
    screened_companies=6,
    products=600,
    searches=30,
)
