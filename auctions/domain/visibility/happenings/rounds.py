"""What is told of sealed rounds. What an opened offer was is told as in the sealed format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.visibility.happenings.look import Body, Look, View, clock
from auctions.domain.visibility.table import Field


def _rounds_stopped(look: Look, event: ev.RoundsStopped) -> Body | None:
    body: Body = to_body(event)
    return body if look.may(Field.ROUNDS, event.lot) else None


VIEWS: Mapping[type[Any], View] = {
    ev.RoundKeysSet: clock,
    ev.SealedRoundStarted: clock,
    ev.SealedRoundEnded: clock,
    ev.SealedRoundScheduled: clock,
    ev.RoundsStopped: _rounds_stopped,
}
