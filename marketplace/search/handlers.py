"""The index follows the catalog. Handlers of the relay."""

from __future__ import annotations

from uuid import UUID

from infra.relay import Event
from marketplace.search import indexing

TYPES = frozenset({"catalog.offers_changed"})


def on_offers(event: Event) -> None:
    """Bring the offers that changed up to date in the index."""
    indexing.refresh(UUID(str(each)) for each in event.payload["offers"])
