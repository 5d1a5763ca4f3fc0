"""What is told of the levels of a price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.visibility.happenings.look import Body, Look, View, clock
from auctions.domain.visibility.table import Field


def _level_accepted(look: Look, event: ev.LevelAccepted) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    body: Body = {**to_body(event), "seat": look.name(event.seat)}
    if event.seat != look.viewer.seat:
        del body["ref"]
    return body


def _dropped_out(look: Look, event: ev.DroppedOut) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


VIEWS: Mapping[type[Any], View] = {
    ev.LevelOpened: clock,
    ev.LevelAccepted: _level_accepted,
    ev.DroppedOut: _dropped_out,
}
