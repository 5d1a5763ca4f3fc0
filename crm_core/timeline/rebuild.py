"""Telling a stream anew from its source: the same events give the same timeline."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from crm_core.timeline import services
from infra.models import RelayOffset
from infra.relay import Event, Subscription, Switchboard, switchboard

log = logging.getLogger(__name__)

PREFIX = "timeline."  # of the names of the relay's handlers that write timelines
READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many streams and events were told anew, and which events their handler refused."""

    streams: int
    events: int
    failed: tuple[str, ...]


def streams(board: Switchboard = switchboard) -> list[str]:
    """Every stream of which the relay has delivered something to a timeline's handler."""
    names = [name for name in board.subscriptions if name.startswith(PREFIX)]
    found = RelayOffset.objects.filter(handler__in=names).values_list("subject", flat=True)
    return sorted(set(found))


def rebuild(stream: str, *, board: Switchboard = switchboard) -> Rebuilt:
    """Forget what was told of a stream and tell it again, up to where the relay has come.

    The relay waits meanwhile; what happens later it delivers as ever.
    """
    told, failed = 0, []
    with transaction.atomic():
        offsets = {
            each.handler: each.seq
            for each in RelayOffset.objects.select_for_update()
            .filter(handler__startswith=PREFIX, subject=stream)
            .order_by("handler")
        }
        services.forget([stream])
        for name, until in offsets.items():
            subscription = board.subscriptions.get(name)
            if subscription is None:
                continue
            for event in _events(subscription, stream, until, board):
                try:
                    with transaction.atomic():
                        subscription.handler()(event)
                    told += 1
                except Exception:
                    # Never the event itself: it may hold what is not for a log.
                    log.exception("the timeline's handler %s failed on %s", name, event.id)
                    failed.append(f"{stream} {event.seq}")
    return Rebuilt(1, told, tuple(failed))


def in_order(handler: Callable[[Event], None]) -> Callable[[Event], None]:
    """A handler that tells its whole stream anew when an event comes after later ones.

    That happens when one was set aside as undelivered and is delivered by hand.
    """

    @functools.wraps(handler)
    def guarded(event: Event) -> None:
        try:
            with transaction.atomic():
                handler(event)
        except services.OutOfOrder:
            rebuild(event.subject)

    return guarded


def _events(subscription: Subscription, stream: str, until: int, board: Switchboard) -> list[Event]:
    source = board.sources[subscription.source]
    found: list[Event] = []
    after = 0
    while after < until:
        batch = source.read(stream, after, min(READ_AT_ONCE, until - after))
        if not batch:
            break
        found += [event for event in batch if subscription.wants(event)]
        after = batch[-1].seq
    return found
