"""What is told of standing still and going on: to everybody, but for lost connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.visibility.happenings.look import View, clock, whole
from auctions.domain.visibility.table import Field

_connections = whole(Field.CONNECTIONS)

VIEWS: Mapping[type[Any], View] = {
    ev.LotPaused: clock,
    ev.ResumeAnnounced: clock,
    ev.PauseLifted: clock,
    ev.LotResumed: clock,
    ev.ConnectionsLost: _connections,
    ev.ConnectionsBack: _connections,
}
