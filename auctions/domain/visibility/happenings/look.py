"""One viewer looking at one event, and what several events have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auctions.domain.codec import to_body
from auctions.domain.state import AuctionState, LotState
from auctions.domain.visibility.table import Aliases, Field, Viewer, granted, label

Body = dict[str, Any]


class Look:
    """One viewer looking at the state after one event."""

    __slots__ = ("_alias", "before", "state", "viewer")

    def __init__(
        self, before: AuctionState, state: AuctionState, viewer: Viewer, alias: Aliases
    ) -> None:
        self.before, self.state, self.viewer, self._alias = before, state, viewer, alias

    def may(self, field: Field, lot: int | None = None, owner: str | None = None) -> bool:
        return granted(field, self.viewer, self.state, self.lot(lot), owner)

    def lot(self, number: int | None) -> LotState | None:
        return None if number is None else self.state.lots[number]

    def name(self, seat: str | None) -> str | None:
        return None if seat is None else label(self.viewer, self.state, seat, self._alias)


View = Callable[[Look, Any], Body | None]


def whole(field: Field) -> View:
    """Every field of the event, to whom the table grants ``field``."""

    def view(look: Look, event: Any) -> Body | None:
        if not look.may(field, getattr(event, "lot", None)):
            return None
        body: Body = to_body(event)
        return body

    return view


clock = whole(Field.CLOCK)
