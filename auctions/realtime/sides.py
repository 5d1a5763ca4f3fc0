"""Whether a person stands on one side of an auction alone: asked whenever it looks or acts.

Companies that have a person in common never open an auction together (services.opening). Somebody
may join a second company later, or be a neutral person of the operator's beside an office in a
company; then neither of the two may be acted for.
"""

from __future__ import annotations

from collections.abc import Iterable

from auctions.domain.state import AuctionState
from crm_core.access.capabilities import Capability, roles_with

_NEUTRAL = ", ".join(f"'{role.value}'" for role in roles_with(Capability.AUCTION_ARBITRATE))

OTHER_SIDES = f"""ARRAY(
  SELECT coalesce(os.code, '')
  FROM companies_membership om
  JOIN companies_company oc ON oc.id = om.company_id
  LEFT JOIN auctions_seat os ON os.auction_id = a.id AND os.company_id = om.company_id
  WHERE om.user_id = p.user_id AND om.company_id <> p.company_id AND om.active
  AND NOT a.is_practice
  AND (os.code IS NOT NULL OR om.company_id = a.owner_id
    OR (oc.operates AND om.role IN ({_NEUTRAL}))))
"""  # noqa: S608
"""SQL: where else person ``p`` (``user_id``, acting for ``company_id``) stands in auction ``a``.

The code of each other seat; empty for the buyer, and for a neutral person. Others of the operator
stand on no side.
"""


def on_another_side(others: Iterable[str], state: AuctionState) -> bool:
    """Whether one of these is a side at the table now. A seat taken back or declined is none."""
    return any(code not in state.seats or not state.seats[code].removed for code in others)
