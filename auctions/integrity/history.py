"""Who was connected when: for the buyer that may know the names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from auctions.domain.visibility import Role
from auctions.integrity.services import check_ended
from auctions.models import Seat, SeatConnection
from auctions.realtime.errors import AuctionUnknown
from auctions.realtime.leases import living_gates
from auctions.services.policies import Place, place_of
from crm_core.access.actor import Actor
from infra import sheets
from kernel.clock import moment_to_wire

MOST = 50_000


@dataclass(frozen=True, slots=True)
class Line:
    """One connection. ``how``: open, left, lost, ended, or unknown where the process that held it
    is gone."""

    seat: str
    name: str
    opened_at: datetime
    ended_at: datetime | None
    how: str
    rtt_ms: int | None


def history_of(actor: Actor, auction_id: UUID) -> tuple[Place, QuerySet[SeatConnection]]:
    """The connections of every seat in order. Raises AuctionUnknown for all but the buyer, and
    NotEndedYet for a blind one while names are hidden."""
    place = place_of(actor, auction_id)
    if place.viewer.role not in (Role.BUYER, Role.BUYER_BLIND):
        raise AuctionUnknown()
    if place.viewer.role is Role.BUYER_BLIND:
        check_ended(place)
    found = SeatConnection.objects.filter(auction=place.auction).order_by("opened_at", "id")
    return place, found


def lines(place: Place, rows: Iterable[SeatConnection]) -> list[Line]:
    """The rows with names."""
    names = dict(
        Seat.objects.filter(auction=place.auction).values_list("code", "company__legal_name")
    )
    with connection.cursor() as cursor:
        living = {each.process for each in living_gates(cursor)}
    return [
        Line(
            row.seat, names.get(row.seat, row.seat), row.opened_at, row.ended_at,
            row.how or ("open" if row.process in living else "unknown"), row.rtt_ms,
        )
        for row in rows
    ]  # fmt: skip


def export(place: Place, rows: QuerySet[SeatConnection], form: str) -> bytes:
    """The history as ``csv`` or ``xlsx``; moments are UTC."""
    titles = [_("Seat"), _("Supplier"), _("Connected, UTC"), _("Ended, UTC"), _("How"),
              _("Shortest round trip, ms")]  # fmt: skip
    return sheets.written(
        form, titles=titles, rows=_rows(lines(place, rows[:MOST])), sheet=_("Connections"),
        wide=(1, 2, 3),
    )  # fmt: skip


def words() -> dict[str, str]:
    """What each end is called."""
    return {
        "open": _("connected now"),
        "left": _("left"),
        "lost": _("connection lost"),
        "ended": _("ended by the platform"),
        "unknown": _("not known: the server that held it stopped"),
    }


def _rows(found: list[Line]) -> Iterator[list[str | int]]:
    said = words()
    for line in found:
        ended = "" if line.ended_at is None else moment_to_wire(line.ended_at)
        rtt = "" if line.rtt_ms is None else line.rtt_ms
        yield [line.seat, line.name, moment_to_wire(line.opened_at), ended, said[line.how], rtt]
