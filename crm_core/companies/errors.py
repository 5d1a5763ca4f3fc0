"""Refusals about companies and their members."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class CompanyTaken(FairfallError):
    """The register number or the reference belongs to another company."""

    code = "companies.taken"
    kind = Kind.CONFLICT
    text = "A company with this register number or reference exists."


class CompanyInvalid(FairfallError):
    """A field of the company is missing or malformed."""

    code = "companies.invalid"
    text = "Mend this field."


class AlreadyMember(FairfallError):
    """The person acts for the company already."""

    code = "companies.already_member"
    kind = Kind.CONFLICT
    text = "This person acts for the company already."


class MemberNotFound(FairfallError):
    """No active membership of this company has this id."""

    code = "companies.member_not_found"
    kind = Kind.NOT_FOUND
    text = "There is no such member."


class LastOwner(FairfallError):
    """Somebody must remain who can manage the company."""

    code = "companies.last_owner"
    kind = Kind.CONFLICT
    text = "The company needs somebody who manages its members. Name another one first."


class RoleNotForCompany(FairfallError):
    """The role does not exist in this kind of company."""

    code = "companies.role_not_for_company"
    text = "This role does not exist in this company."
