"""Offers that can be found: the index as the relay would leave it."""

from __future__ import annotations

from infra.models import OutboxMessage
from infra.relay import Event
from marketplace.search import handlers


def relayed() -> int:
    """Hand every fact of the catalog's offers to the search, as the relay does; how many."""
    facts = list(OutboxMessage.objects.filter(type__in=handlers.TYPES).order_by("subject", "seq"))
    for each in facts:
        handlers.on_offers(
            Event(
                source="outbox", subject=each.subject, seq=each.seq, id=str(each.pk),
                type=each.type, occurred_at=each.occurred_at, payload=each.payload,
            )
        )  # fmt: skip
    return len(facts)
