"""The history of connections, and the loss of many of them at once.

What a process sees of its own sockets is written to the database twice a second: facts that stay.
From these facts of all processes the share of lost bidders is told. A connection counts as lost
only where a living process says so. When a process dies its bidders are *unknown* and count as if
they were there, until they had the time to come back; from then on each counts by what other
processes know of it, and who did not come back counts as one who left. Where Valkey or the
database cannot be asked nothing is known, so nothing is reported: presence that is unknown never
pauses an auction.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import Error, connection
from django.db.models import Q

from auctions.domain.commands import Command, ReportLoss, ReportReturn
from auctions.domain.rules import automatic_pause
from auctions.domain.state import AuctionState
from auctions.models import Auction, SeatConnection
from auctions.models.connection import ConnectionEnd
from auctions.realtime.errors import AuctionUnknown
from auctions.realtime.leases import lately_living
from auctions.realtime.origin import Hashed
from auctions.realtime.party import PLATFORM
from auctions.realtime.process import gate
from auctions.selectors import load
from kernel.ids import new_id

log = logging.getLogger(__name__)

EVERY = 0.5
JUDGED_FOR = timedelta(seconds=8)  # after a loss; other processes' losses come in meanwhile
ON_THEIR_WAY = timedelta(seconds=15)  # a client tries again every five seconds at the latest
MOST_KEPT = 20_000  # facts that wait for a database that is away
CLEAN_CODES = frozenset((1000, 1001))


@dataclass(slots=True)
class Fact:
    """One socket of one seat, as it is written."""

    auction_id: UUID
    seat: str
    opened_at: datetime
    origin: Hashed
    id: UUID = field(default_factory=new_id)
    ended_at: datetime | None = None
    how: str = ""
    rtt_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Who was connected before a loss: ``here`` still or again, ``lost``, ``unknown`` of processes
    that just died. Seats, which never leave this process."""

    here: frozenset[str]
    lost: frozenset[str]
    unknown: frozenset[str]

    def among(self, bidders: Iterable[str]) -> tuple[int, int]:
        """How many of these bidders were connected, and how many of them are lost."""
        known = set(bidders)
        lost = self.lost & known
        return len(((self.here | self.unknown) & known) | lost), len(lost)


class Connections:
    """The connections of this process. ``shared`` tells whether Valkey answers; ``held`` which
    watched auctions an automatic pause holds."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        shared: Callable[[], Any],
        held: Callable[[], Sequence[UUID]],
    ) -> None:
        self._now, self._shared, self._held = now, shared, held
        self._facts: dict[Any, Fact] = {}
        self._dirty: dict[UUID, Fact] = {}
        self._losses: dict[UUID, datetime] = {}
        self._stopping = False

    def opened(self, auction_id: UUID, seat: str, socket: Any, origin: Hashed) -> None:
        """A socket of that seat is connected."""
        fact = Fact(auction_id, seat, self._now(), origin)
        self._facts[socket] = fact
        self._dirty[fact.id] = fact

    def measured(self, socket: Any, rtt_ms: float) -> None:
        """Its client measured a round trip; the shortest is kept."""
        fact = self._facts.get(socket)
        if fact is not None and (fact.rtt_ms is None or rtt_ms < fact.rtt_ms):
            fact.rtt_ms = round(rtt_ms)
            self._dirty[fact.id] = fact

    def ended(self, socket: Any, code: int, *, by_platform: bool) -> None:
        """The socket is gone. Without a good-bye, and not put out by the platform: lost."""
        fact = self._facts.pop(socket, None)
        if fact is None:
            return
        clean = code in CLEAN_CODES
        how = ConnectionEnd.LEFT if clean else ConnectionEnd.LOST
        if by_platform or self._stopping:
            how = ConnectionEnd.ENDED
        fact.ended_at, fact.how = max(self._now(), fact.opened_at), how.value
        self._dirty[fact.id] = fact
        if how is ConnectionEnd.LOST:
            self._losses[fact.auction_id] = fact.ended_at

    async def run(self) -> None:
        """Write and judge, for ever."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                if await self.write():
                    await self._judge()
            except Exception:
                log.exception("connections cannot be judged")

    async def write(self) -> bool:
        """Write what is new; whether the database has all of it."""
        waiting = self._dirty
        if not waiting:
            return True
        self._dirty = {}
        try:
            await _in_database(partial(_write, list(waiting.values()), gate().lease.process))
        except Error as error:
            log.warning("connections cannot be written: %s", type(error).__name__)
            self._dirty = {**waiting, **self._dirty}
            for oldest in list(self._dirty)[: max(0, len(self._dirty) - MOST_KEPT)]:
                del self._dirty[oldest]
            return False
        return True

    async def close(self) -> None:
        """What ends from now on is ended by the platform; write what is left."""
        self._stopping = True
        for socket in list(self._facts):
            self.ended(socket, 1001, by_platform=True)
        await self.write()

    async def _judge(self) -> None:
        now = self._now()
        for auction_id, at in list(self._losses.items()):
            if now - at > JUDGED_FOR:
                del self._losses[auction_id]
            elif command := await self._asked(_loss, auction_id):
                self._losses.pop(auction_id, None)
                log.warning("bidders lost their connection together", extra=_counts(command))
                gate().submit(command, auction_id=auction_id, party=PLATFORM)
        for auction_id in self._held():
            if command := await self._asked(_return, auction_id):
                gate().submit(command, auction_id=auction_id, party=PLATFORM)

    async def _asked(
        self, question: Callable[[UUID], Command | None], auction_id: UUID
    ) -> Command | None:
        """The command that the facts call for; None also where they are not known."""
        if not await self._shared():
            return None
        try:
            found: Command | None = await _in_database(partial(question, auction_id))
        except (Error, AuctionUnknown) as error:
            log.warning("presence is not known: %s", type(error).__name__)
            return None
        return found


def tally(auction_id: UUID, within: timedelta, held_for: timedelta = ON_THEIR_WAY) -> Tally:
    """Who is connected to any process, and who was lost within ``within`` of the latest loss.

    ``held_for`` is how long this process holds its lease. A crash of the database forgets all
    leases, so until then a process without one may live.
    """
    with connection.cursor() as cursor:
        lately = lately_living(cursor, ON_THEIR_WAY)
    forgotten = held_for < ON_THEIR_WAY
    open_or_lost = Q(ended_at=None) | Q(how=ConnectionEnd.LOST)
    rows = SeatConnection.objects.filter(open_or_lost, auction_id=auction_id).values_list(
        "seat", "process", "ended_at"
    )
    here, unknown, losses = set(), set(), []
    for seat, process, ended_at in rows:
        alive = lately.get(process, False)
        if ended_at is not None:
            losses.append((ended_at, seat, alive))
        elif alive:
            here.add(seat)
        elif forgotten or process in lately:
            unknown.add(seat)
    latest = max((at for at, _, alive in losses if alive), default=None)
    recent = [each for each in losses if latest is not None and each[0] > latest - within]
    unknown |= {seat for _, seat, alive in recent if not alive}
    lost = {seat for _, seat, alive in recent if alive} - here - unknown
    return Tally(frozenset(here), frozenset(lost), frozenset(unknown - here))


def _tally(auction_id: UUID, within: timedelta) -> Tally:
    return tally(auction_id, within, gate().lease.held_for)


def _loss(auction_id: UUID) -> ReportLoss | None:
    state = load(auction_id)
    rule = None if state.terms is None else state.rules.automatic_pause
    if rule is None or not automatic_pause.pausable(state):
        return None
    bidders, lost = _tally(auction_id, rule.within).among(_bidders(state))
    return ReportLoss(bidders, lost) if automatic_pause.called_for(rule, bidders, lost) else None


def _return(auction_id: UUID) -> ReportReturn | None:
    state = load(auction_id)
    rule = None if state.terms is None else state.rules.automatic_pause
    held = automatic_pause.held(state)
    if rule is None or not held:
        return None
    back = len(_tally(auction_id, rule.within).here & set(_bidders(state)))
    enough = any(
        lot.loss is not None and automatic_pause.enough(rule, lot.loss.bidders, back)
        for lot in held
    )
    return ReportReturn(back) if enough else None


def _bidders(state: AuctionState) -> list[str]:
    return [seat.id for seat in state.seats.values() if seat.may_bid(state.rules.version)]


def _counts(command: Command) -> dict[str, int]:
    assert isinstance(command, ReportLoss)
    return {"bidders": command.bidders, "lost": command.lost}


def _write(facts: Sequence[Fact], process: UUID) -> None:
    """All facts but those of auctions that were pruned meanwhile."""
    wanted = {fact.auction_id for fact in facts}
    there = set(Auction.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    SeatConnection.objects.bulk_create(
        [
            SeatConnection(
                id=fact.id,
                auction_id=fact.auction_id,
                seat=fact.seat,
                process=process,
                opened_at=fact.opened_at,
                ended_at=fact.ended_at,
                how=fact.how,
                rtt_ms=fact.rtt_ms,
                address=fact.origin.address,
                device=fact.origin.device,
            )
            for fact in facts
            if fact.auction_id in there
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["process", "ended_at", "how", "rtt_ms"],
    )


def _in_database(work: Callable[[], Any]) -> Any:
    return database_sync_to_async(work, thread_sensitive=False)()
