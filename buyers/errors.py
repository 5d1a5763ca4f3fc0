"""Refusals about supplier lists."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class ListNotFound(FairfallError):
    """The actor's company has no such list."""

    code = "buyers.list_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such supplier list."


class ListNameMissing(FairfallError):
    """A list has a name."""

    code = "buyers.list_name_missing"
    text = "Give the list a name of at most 120 characters."


class ListNameTaken(FairfallError):
    """The company has a list of this name."""

    code = "buyers.list_name_taken"
    kind = Kind.CONFLICT
    text = "Your company has a list of this name."


class SupplierUnknown(FairfallError):
    """The company does not exist, does not sell, or is not verified."""

    code = "buyers.supplier_unknown"
    text = "Only verified companies that sell can be on a list."


class OwnCompanyListed(FairfallError):
    """A company cannot invite itself."""

    code = "buyers.own_company"
    text = "Your own company cannot be on the list."


class EntryNotFound(FairfallError):
    """The supplier is not on the list."""

    code = "buyers.entry_not_found"
    kind = Kind.NOT_FOUND
    text = "This supplier is not on the list."
