"""What is told of a random end: the seeds to everybody, void bids and a place in the final stage to
whom they belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.visibility.happenings.look import Body, Look, View, clock
from auctions.domain.visibility.table import Field


def _voided(look: Look, event: ev.BidsVoided) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _finalist(look: Look, event: ev.FinalistNamed) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


VIEWS: Mapping[type[Any], View] = {
    ev.SeedCommitted: clock,
    ev.SeedsAwaited: clock,
    ev.SeedMissing: clock,
    ev.SeedsRevealed: clock,
    ev.EndDrawn: clock,
    ev.BidsVoided: _voided,
    ev.FinalistNamed: _finalist,
    ev.FinalStageStarted: clock,
}
