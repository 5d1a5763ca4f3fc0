"""Parts of the snapshot beside the lots: the viewer, its commands, the chart, the notes."""

from __future__ import annotations

from typing import Any

from auctions.realtime.part import Part


class You(Part):
    """Who the server takes this socket for."""

    role: str  # supplier | buyer | neutral | observer
    seat: str | None = None  # own seat id, suppliers only
    name: str = ""  # own company's name
    may: list[str] = []  # commands this viewer may send


class OwnBid(Part):
    """One of the viewer's own commands on a lot, with what became of it."""

    ref: str
    lot: int
    amount: str  # empty for a refused level that was never open
    at: str
    state: str  # accepted | refused | withdrawn | void (past a random end)
    code: str | None = None
    message: str | None = None  # the reason: of a refusal, or of a surrogate bid
    leaf: str | None = None
    level: int | None = None  # where prices move by levels
    lines: list[str] | None = None  # the unit prices of the positions ``amount`` is the total of
    automatic: bool = False  # placed by one's own limit; ``ref`` is then made of its entry
    surrogate: bool = False  # placed by a neutral person; ``ref`` is then made of its entry


class PricePoint(Part):
    """One accepted bid for the chart by time; ``seat`` null where names are hidden.

    On a lot with a budget ``amount`` is a quantity, as in every own bid.
    """

    lot: int
    at: str
    amount: str
    seat: str | None = None
    own: bool = False


class Note(Part):
    """A message of the room."""

    at: str
    sender: str  # buyer | you | seat id or alias
    to: str  # all | buyer | you | seat id or alias
    text: str
    sender_name: str = ""


class FeedItem(Part):
    """One line of the activity list, ``kind`` as in the event that made it."""

    at: str
    kind: str
    lot: int | None = None
    data: dict[str, Any] = {}
