"""Reads of imports that carry their authorisation."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from crm_core.access.actor import Actor
from marketplace.catalog.policies import require_seller
from marketplace.exchange.domain.difference import Verdict
from marketplace.exchange.models import ImportRow, ImportRule, ImportRun
from marketplace.exchange.policies import own_run


def runs(actor: Actor) -> QuerySet[ImportRun]:
    """The company's imports, latest first."""
    require_seller(actor)
    return ImportRun.objects.filter(company_id=actor.company_id).select_related("created_by")


def rows(actor: Actor, run_id: UUID, *, verdict: str = "", moved: str = "") -> QuerySet[ImportRow]:
    """The rows of an import in the file's order, what is gone at the end; ``moved`` is ``rise`` or
    ``fall``. Raises ImportUnknown."""
    found = ImportRow.objects.filter(run=own_run(actor, run_id))
    if verdict in [each.value for each in Verdict]:
        found = found.filter(verdict=verdict)
    if moved == "rise":
        found = found.filter(rise__gt=0)
    if moved == "fall":
        found = found.filter(rise__lt=0)
    return found.order_by("number", "id")


def rule(actor: Actor) -> ImportRule | None:
    """The company's limits; None where it has set none."""
    require_seller(actor)
    return ImportRule.objects.filter(company_id=actor.company_id).first()
