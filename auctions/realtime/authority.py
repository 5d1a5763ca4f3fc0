"""Who may still give which command: asked inside the transaction that decides it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from auctions.domain.commands import Officer
from auctions.realtime.party import Party
from crm_core.access.capabilities import Capability, role_has, standing_allows

_HOLDERS = """
SELECT m.user_id, m.company_id, m.role, c.standing, c.operates, a.owner_id = c.id, s.code
FROM companies_membership m
JOIN people_user u ON u.id = m.user_id AND u.is_active
JOIN companies_company c ON c.id = m.company_id
JOIN auctions_auction a ON a.id = %s
LEFT JOIN auctions_seat s ON s.auction_id = a.id AND s.company_id = c.id
WHERE m.active
  AND (m.user_id, m.company_id) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))
"""


class Authority:
    """The rights of the persons behind one batch of commands, as of now."""

    def __init__(self, cursor: Any, auction_id: UUID, parties: Iterable[Party]) -> None:
        """One query, whatever the number of parties; none where only the platform acts."""
        pairs = {
            (party.user_id, party.company_id) for party in parties if party.user_id is not None
        }
        self._keys: dict[tuple[UUID, UUID], frozenset[str]] = {}
        if not pairs:
            return
        users, companies = zip(*pairs, strict=True)
        cursor.execute(_HOLDERS, (auction_id, list(users), list(companies)))
        for user, company, role, standing, operates, owns, seat in cursor.fetchall():
            may = {
                each
                for each in (
                    Capability.AUCTION_BID, Capability.AUCTION_RUN, Capability.AUCTION_ARBITRATE
                )
                if role_has(role, each) and standing_allows(standing, each)
            }  # fmt: skip
            keys = set()
            if seat is not None and Capability.AUCTION_BID in may:
                keys.add(seat)
            if owns and Capability.AUCTION_RUN in may:
                keys.add(f"officer:{Officer.BUYER.value}")
            if operates and Capability.AUCTION_ARBITRATE in may:
                keys.add(f"officer:{Officer.NEUTRAL.value}")
            self._keys[user, company] = frozenset(keys)

    def allows(self, party: Party) -> bool:
        """Whether this person may act as this party; the platform itself always may."""
        if party.user_id is None or party.company_id is None:
            return party.user_id is None and party.officer is Officer.PLATFORM
        return party.key in self._keys.get((party.user_id, party.company_id), frozenset())
