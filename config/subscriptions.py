"""Who listens to whom: every fact that travels between rooms is wired here."""

from __future__ import annotations

from auctions import feed as auction_feed
from auctions import notices as auction_notices
from auctions import round_notices, seed_notices, surrogate_notices
from auctions.relay_source import LedgerSource
from buyers import following as buyers_following
from crm_core.access import handlers as access
from crm_core.notifications import invited
from crm_core.screening import handlers as screening
from crm_core.timeline import invited as timeline_invited
from crm_core.verification import handlers as verification
from infra.relay import OutboxSource, switchboard
from marketplace.barter import notices as barter_notices
from marketplace.carts import notices as cart_notices
from marketplace.orders import notices as order_notices
from marketplace.quotes import notices as quote_notices
from marketplace.search import handlers as search
from marketplace.tenders import feed as tender_feed
from marketplace.tenders import following, notices


def connect() -> None:
    """Make sources and handlers known to the relay; called once at start."""
    switchboard.add_source(OutboxSource())
    switchboard.add_source(LedgerSource())
    switchboard.subscribe(
        name="notifications.company",
        source="outbox",
        path="crm_core.notifications.handlers.company_event",
        types={"company.member_added", "company.member_invited"},
    )
    switchboard.subscribe(
        name="verification.notices",
        source="outbox",
        path="crm_core.verification.handlers.on_moved",
        types=verification.TYPES,
    )
    switchboard.subscribe(
        name="notifications.join",
        source="outbox",
        path="crm_core.notifications.handlers.join_asked",
        types={"company.join_asked"},
    )
    switchboard.subscribe(
        name="notifications.invited",
        source="outbox",
        path="crm_core.notifications.invited.on_invitation",
        types=invited.TYPES,
    )
    switchboard.subscribe(
        name="verification.invited",
        source="outbox",
        path="crm_core.verification.invited.on_moved",
        types=verification.TYPES,
    )
    switchboard.subscribe(
        name="buyers.invited",
        source="outbox",
        path="buyers.following.on_company",
        types=buyers_following.TYPES,
    )
    switchboard.subscribe(
        name="timeline.invited",
        source="outbox",
        path="crm_core.timeline.invited.on_taken_up",
        types=timeline_invited.TYPES,
    )
    switchboard.subscribe(
        name="notifications.tokens",
        source="outbox",
        path="crm_core.notifications.handlers.token_event",
        types={"access.token_expiring", "access.token_expired", "access.token_revoked"},
    )
    switchboard.subscribe(
        name="access.membership",
        source="outbox",
        path="crm_core.access.handlers.on_membership",
        types=access.TYPES,
    )
    switchboard.subscribe(
        name="screening.company",
        source="outbox",
        path="crm_core.screening.handlers.on_company",
        types=screening.TYPES,
    )
    switchboard.subscribe(
        name="tenders.auction",
        source="auctions",
        path="marketplace.tenders.following.on_ledger",
        types=following.TYPES,
    )
    switchboard.subscribe(
        name="auctions.outbid",
        source="auctions",
        path="auctions.notices.on_ledger",
        types=auction_notices.TYPES,
    )
    switchboard.subscribe(
        name="auctions.rounds",
        source="auctions",
        path="auctions.round_notices.on_ledger",
        types=round_notices.TYPES,
    )
    switchboard.subscribe(
        name="auctions.seeds",
        source="auctions",
        path="auctions.seed_notices.on_ledger",
        types=seed_notices.TYPES,
    )
    switchboard.subscribe(
        name="auctions.surrogate",
        source="auctions",
        path="auctions.surrogate_notices.on_ledger",
        types=surrogate_notices.TYPES,
    )
    switchboard.subscribe(
        name="carts.notices",
        source="outbox",
        path="marketplace.carts.notices.on_requisition",
        types=cart_notices.TYPES,
    )
    switchboard.subscribe(
        name="orders.notices",
        source="outbox",
        path="marketplace.orders.notices.on_order",
        types=order_notices.TYPES,
    )
    switchboard.subscribe(
        name="tenders.notices",
        source="outbox",
        path="marketplace.tenders.notices.on_tender",
        types=notices.TYPES,
    )
    switchboard.subscribe(
        name="barter.notices",
        source="outbox",
        path="marketplace.barter.notices.on_barter",
        types=barter_notices.TYPES,
    )
    switchboard.subscribe(
        name="quotes.notices",
        source="outbox",
        path="marketplace.quotes.notices.on_rfq",
        types=quote_notices.TYPES,
    )
    switchboard.subscribe(
        name="timeline.auction",
        source="auctions",
        path="auctions.feed.on_ledger",
        types=auction_feed.TYPES,
    )
    switchboard.subscribe(
        name="timeline.tender",
        source="outbox",
        path="marketplace.tenders.feed.on_tender",
        types=tender_feed.TYPES,
    )
    switchboard.subscribe(
        name="search.offers",
        source="outbox",
        path="marketplace.search.handlers.on_offers",
        types=search.TYPES,
    )
