"""All measurements in their order. Needs Django set up."""

from __future__ import annotations

from collections.abc import Callable, Collection

from bench import bids, closing, fanout, floor, response, viewers
from bench.cast import Cast, gather
from bench.house import DAPHNE, UVICORN, House, Web
from bench.parts import BIDS, CLOSING, FANOUT, RESPONSE, VIEWERS
from bench.sizes import Sizes


class Measuring:
    """One run: ``figures`` grows with every part."""

    def __init__(self, house: House, sizes: Sizes) -> None:
        self.figures: dict[str, float] = {}
        self._house = house
        self._sizes = sizes
        self._frames: list[bytes] = []

    def run(self, parts: Collection[str], say: Callable[[str], None]) -> None:
        """Measure the named parts under Daphne, then those of them that uvicorn is asked for."""
        say("Gathering companies and people")
        cast = gather(
            buyer_watchers=self._sizes.fanout_viewers if FANOUT in parts else 0,
            suppliers=max(self._sizes.bidders, self._sizes.seats),
            seats_watched=self._sizes.seats,
            watchers=max(
                self._sizes.viewers if VIEWERS in parts else 0,
                self._sizes.response_viewers if RESPONSE in parts else 0,
            ),
        )
        with self._house.web(DAPHNE) as web:
            if CLOSING in parts:
                say("Auctions due at one instant")
                self.figures["close_p99_ms"] = closing.measure(self._house, cast, self._sizes)
            with self._house.clocks(1):
                for part, measure in (
                    (BIDS, self._bids),
                    (FANOUT, self._fanout),
                    (VIEWERS, self._viewers),
                    (RESPONSE, self._response),
                ):
                    if part in parts:
                        say(f"{part} (Daphne)")
                        measure(cast, web)
        if not {BIDS, FANOUT, VIEWERS} & set(parts):
            return
        with self._house.web(UVICORN) as web, self._house.clocks(1):
            for part, measure in (
                (BIDS, self._bids),
                (FANOUT, self._fanout),
                (VIEWERS, self._viewers),
            ):
                if part in parts:
                    say(f"{part} (uvicorn)")
                    measure(cast, web)

    def _floor(self) -> None:
        """Measured twice, around the bids: the machine may change meanwhile. The better counts."""
        found = floor.bids_per_second(self._house.owner_url, self._sizes.bid_seconds)
        before = self.figures.get("floor_bids_per_s", 0.0)
        self.figures["floor_bids_per_s"] = max(found, before)

    def _bids(self, cast: Cast, web: Web) -> None:
        suffix = _suffix(web)
        if not suffix:
            self._floor()
        for outstanding in (1, 4):
            rate = bids.measure(cast, web, self._sizes, outstanding)
            self.figures[f"hot_bids_per_s_{outstanding}{suffix}"] = rate
        if not suffix:
            self._floor()

    def _fanout(self, cast: Cast, web: Web) -> None:
        told = fanout.measure(cast, web, self._sizes)
        self.figures[f"fanout_{web.kind}"] = told.per_second
        if "fanout_bare" not in self.figures:
            self.figures["fanout_bare"] = fanout.measure_bare(told.frames, self._sizes)

    def _viewers(self, cast: Cast, web: Web) -> None:
        seen, suffix = viewers.measure(cast, web, self._sizes), _suffix(web)
        self.figures |= {
            f"viewers_p50_ms{suffix}": seen.p50_ms,
            f"viewers_p99_ms{suffix}": seen.p99_ms,
            f"viewers_standings_per_s{suffix}": seen.standings_per_s,
            f"viewers_delivered{suffix}": seen.delivered,
            f"viewers_cpu_s{suffix}": seen.cpu_s,
        }

    def _response(self, cast: Cast, web: Web) -> None:
        felt = response.measure(cast, web, self._sizes)
        self.figures |= {
            "ack_p50_ms": felt.ack_p50_ms,
            "ack_p99_ms": felt.ack_p99_ms,
            "seen_p50_ms": felt.seen_p50_ms,
            "seen_p99_ms": felt.seen_p99_ms,
        }


def _suffix(web: Web) -> str:
    """Figures without one are Daphne's."""
    return "" if web.kind == DAPHNE else f"_{web.kind}"
