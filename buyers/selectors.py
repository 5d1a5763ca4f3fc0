"""Reads of supplier lists, always of the actor's own company."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, QuerySet

from buyers.errors import ListNotFound
from buyers.models import SupplierList, SupplierListEntry
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import Company
from crm_core.companies.selectors import directory


def supplier_lists(actor: Actor) -> QuerySet[SupplierList]:
    """The company's lists by name, each with ``suppliers``, the number on it."""
    actor.require(Capability.SUPPLIER_LIST_READ)
    return (
        SupplierList.objects.filter(company_id=actor.company_id)
        .annotate(suppliers=Count("entries"))
        .order_by("name", "id")
    )


def supplier_list(actor: Actor, list_id: UUID) -> SupplierList:
    """One of the company's lists. Raises ListNotFound."""
    found = supplier_lists(actor).filter(pk=list_id).first()
    if found is None:
        raise ListNotFound()
    return found


def entries(actor: Actor, list_id: UUID) -> QuerySet[SupplierListEntry]:
    """The suppliers on a list, by name. Raises ListNotFound."""
    return (
        SupplierListEntry.objects.filter(list=supplier_list(actor, list_id))
        .select_related("supplier")
        .order_by("supplier__latin_name", "id")
    )


def suppliers_to_invite(actor: Actor, list_id: UUID) -> QuerySet[Company]:
    """The companies of a list that may be invited now: verified, and still selling."""
    return Company.objects.filter(
        pk__in=entries(actor, list_id).order_by().values("supplier_id"),
        sells=True,
        standing__in=standings_for(Gate.BE_INVITED),
    ).order_by("latin_name", "id")


def candidates(actor: Actor, list_id: UUID, search: str) -> QuerySet[Company]:
    """Verified sellers that fit the words and are not on the list, nor the actor's own."""
    listed = entries(actor, list_id).order_by().values("supplier_id")
    return directory(search=search, sells=True).exclude(pk__in=listed).exclude(pk=actor.company_id)
