"""Time stamps of ended ledgers, where the operator names an authority."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task

logger = logging.getLogger(__name__)


@shared_task(name="auctions.stamp_head")
def stamp_head(auction_id: str) -> str:
    """Have one ended auction stamped; what became of it. The sweep tries again what failed."""
    from auctions.ledger.tokens import TokenBad
    from auctions.services import anchoring
    from infra.timestamping import AuthorityAway

    try:
        found = anchoring.stamp(UUID(auction_id))
    except (AuthorityAway, TokenBad) as error:
        logger.warning("auction %s has no time stamp yet: %s", auction_id, error)
        return "not stamped"
    return "nothing to stamp" if found is None else "stamped"


@shared_task(name="auctions.stamp_waiting")
def stamp_waiting() -> int:
    """Stamp what ended while the authority was away; how many were stamped."""
    from auctions.services import anchoring

    return anchoring.stamp_waiting()
