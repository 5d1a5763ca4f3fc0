"""A decision in the making: the events so far and the state they lead to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from auctions.domain.commands import OpenedLimit
from auctions.domain.events import Event
from auctions.domain.evolve import evolve
from auctions.domain.state import AuctionState, BidLimit

# What a seat's limit for automatic bids on a lot is; None where it is not known.
Limits = Callable[[int, str, BidLimit], OpenedLimit | None]


def no_limits(lot: int, seat: str, limit: BidLimit) -> OpenedLimit | None:
    """For whoever knows none."""
    return None


class Draft:
    """Collects the events of one decision. ``state`` follows them; ``at`` is the moment."""

    __slots__ = ("_line", "_pending", "_start", "_state", "at", "events", "limits")

    def __init__(
        self,
        state: AuctionState,
        at: datetime,
        line: datetime | None = None,
        limits: Limits = no_limits,
    ) -> None:
        self._state = state
        self._start = state.seq
        self.limits = limits
        self._line = line
        self._pending = 0  # events of which the state does not know yet
        self.events: list[Event] = []
        self.at = at

    def emit(self, event: Event) -> None:
        """Add the next entry; its seq follows the state's."""
        self.events.append(event)
        self._pending += 1

    def seq_of(self, index: int) -> int:
        """The seq that the event of that index becomes."""
        return self._start + index + 1

    @property
    def line(self) -> datetime:
        """The moment from which a lot stands still because of this decision."""
        return self.at if self._line is None else self._line

    @property
    def state(self) -> AuctionState:
        """The state after every event so far; evolved only when somebody looks."""
        if self._pending:
            for event in self.events[-self._pending :]:
                self._state = evolve(self._state, event, self._state.seq + 1)
            self._pending = 0
        return self._state
