"""Background work around ended auctions: time stamps, screening. Nothing here decides anything of
an open one."""

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


@shared_task(name="auctions.screen_ended")
def screen_ended() -> int:
    """Screen ended auctions that were not yet; how many."""
    from auctions.integrity import services

    waiting = services.unscreened()
    for auction_id in waiting:
        screen_one.delay(str(auction_id))
    return len(waiting)


@shared_task(name="auctions.screen_one")
def screen_one(auction_id: str) -> int | None:
    """Screen one ended auction; repeated calls screen it once."""
    from auctions.integrity import services

    return services.screen(UUID(auction_id))


@shared_task(name="auctions.forget_connections")
def forget_connections() -> int:
    """Empty and delete old connections."""
    from auctions.integrity import keeping

    return keeping.forget_connections()
