"""Who may do what with imports, and the fetching that goes with it."""

from __future__ import annotations

from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.errors import AccessForbidden
from marketplace.catalog.policies import require_seller
from marketplace.exchange.errors import ImportUnknown
from marketplace.exchange.models import ImportRun


def own_run(
    actor: Actor,
    run_id: UUID,
    capability: Capability = Capability.CATALOG_READ,
    *,
    lock: bool = False,
) -> ImportRun:
    """An import of the actor's company. Raises ImportUnknown."""
    require_seller(actor, capability)
    runs = ImportRun.objects.filter(pk=run_id, company_id=actor.company_id)
    found = (runs.select_for_update() if lock else runs).first()
    if found is None:
        raise ImportUnknown()
    return found


def may_approve(actor: Actor) -> bool:
    """Whether somebody is of those who approve imports of others: an owner or catalog manager."""
    return actor.can(Capability.COMPANY_MANAGE) or actor.can(Capability.OFFER_PUBLISH)


def require_approver(actor: Actor) -> None:
    """Raise AccessForbidden, or what require_seller raises."""
    require_seller(actor)
    if not may_approve(actor):
        raise AccessForbidden()
