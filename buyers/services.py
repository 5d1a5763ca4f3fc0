"""What changes about supplier lists."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from buyers.errors import (
    EntryNotFound,
    ListNameMissing,
    ListNameTaken,
    ListNotFound,
    OwnCompanyListed,
    SupplierUnknown,
)
from buyers.models import SupplierList, SupplierListEntry
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.selectors import directory


def create_list(*, actor: Actor, name: str) -> SupplierList:
    """A new, empty list. Raises ListNameMissing, ListNameTaken."""
    actor.require(Capability.SUPPLIER_LIST_EDIT)
    clean = _clean_name(name)
    try:
        with transaction.atomic():
            return SupplierList.objects.create(company_id=actor.company_id, name=clean)
    except IntegrityError as error:
        raise ListNameTaken(field="name") from error


def rename_list(*, actor: Actor, list_id: UUID, name: str) -> SupplierList:
    """Give a list another name. Raises ListNotFound, ListNameMissing, ListNameTaken."""
    actor.require(Capability.SUPPLIER_LIST_EDIT)
    clean = _clean_name(name)
    try:
        with transaction.atomic():
            found = _locked(actor, list_id)
            found.name = clean
            found.save(update_fields=["name"])
            return found
    except IntegrityError as error:
        raise ListNameTaken(field="name") from error


def delete_list(*, actor: Actor, list_id: UUID) -> None:
    """Remove a list; the companies on it and past invitations are untouched."""
    actor.require(Capability.SUPPLIER_LIST_EDIT)
    with transaction.atomic():
        _locked(actor, list_id).delete()


def add_supplier(*, actor: Actor, list_id: UUID, supplier_id: UUID) -> SupplierListEntry:
    """Put a supplier on a list; once there, it stays there once. Raises SupplierUnknown."""
    actor.require(Capability.SUPPLIER_LIST_EDIT)
    if supplier_id == actor.company_id:
        raise OwnCompanyListed(field="supplier")
    with transaction.atomic():
        found = _locked(actor, list_id)
        if not directory(sells=True).filter(pk=supplier_id).exists():
            raise SupplierUnknown(field="supplier")
        entry, _created = SupplierListEntry.objects.get_or_create(
            list=found, supplier_id=supplier_id
        )
    return entry


def remove_supplier(*, actor: Actor, list_id: UUID, supplier_id: UUID) -> None:
    """Take a supplier off a list. Raises ListNotFound, EntryNotFound."""
    actor.require(Capability.SUPPLIER_LIST_EDIT)
    with transaction.atomic():
        found = _locked(actor, list_id)
        gone, _by_model = SupplierListEntry.objects.filter(
            list=found, supplier_id=supplier_id
        ).delete()
    if not gone:
        raise EntryNotFound()


def _locked(actor: Actor, list_id: UUID) -> SupplierList:
    found = (
        SupplierList.objects.select_for_update()
        .filter(pk=list_id, company_id=actor.company_id)
        .first()
    )
    if found is None:
        raise ListNotFound()
    return found


def _clean_name(name: str) -> str:
    clean = " ".join(name.split())
    if not 0 < len(clean) <= 120:
        raise ListNameMissing(field="name")
    return clean
