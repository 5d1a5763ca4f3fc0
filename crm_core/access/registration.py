"""Registering a company, and the operator's word on it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.errors import (
    CompanyNotFound,
    NotSignedIn,
    OwnCompanyJudged,
    StandingInvalid,
    StandingReasonMissing,
)
from crm_core.companies.identifiers import SCHEMES, check
from crm_core.companies.models import Company, Membership, Role, Standing
from crm_core.companies.services import add_member, create_company, set_standing
from crm_core.people.models import User
from kernel.errors import FairfallError


def register_company(
    *,
    user: User,
    legal_name: str,
    country: str,
    latin_name: str = "",
    registry_scheme: str = "",
    registry_value: str = "",
    buys: bool = False,
    sells: bool = False,
) -> Membership:
    """A new, not yet verified company whose owner is the person who registers it.

    A number of a scheme we know must have its form and is kept in compact form: raises
    IdentifierFormInvalid or IdentifierForeign, CompanyInvalid, CompanyTaken.
    """
    if not user.is_authenticated or not user.is_active:
        raise NotSignedIn()
    if registry_scheme in SCHEMES:
        try:
            registry_value = check(registry_scheme, registry_value, country=country).value
        except FairfallError as error:
            error.field = "registry_value"
            raise
    with transaction.atomic():
        company = create_company(
            legal_name=legal_name,
            latin_name=latin_name,
            country=country,
            registry_scheme=registry_scheme,
            registry_value=registry_value,
            buys=buys,
            sells=sells,
        )
        return add_member(
            company_id=company.pk,
            user_id=user.pk,
            role=Role.OWNER,
            actor_urn=f"urn:fairfall:user:{user.pk}",
        )


def companies_to_judge(actor: Actor, *, standing: str = "") -> QuerySet[Company]:
    """All companies for the operator's people, those waiting longest first."""
    actor.require(Capability.COMPANY_VERIFY)
    found = Company.objects.filter(operates=False)
    if standing in Standing.values:
        found = found.filter(standing=standing)
    return found.order_by("created_at", "id")


def judge_company(*, actor: Actor, company_id: UUID, standing: str, reason: str) -> Company:
    """Verify or suspend a company, with a reason. Its people are told and bound at once."""
    actor.require(Capability.COMPANY_VERIFY)
    if standing not in Standing.values:
        raise StandingInvalid(field="standing")
    if not reason.strip():
        raise StandingReasonMissing(field="reason")
    if company_id == actor.company_id:
        raise OwnCompanyJudged()
    if not companies_to_judge(actor).filter(pk=company_id).exists():
        raise CompanyNotFound()
    return set_standing(
        company_id=company_id,
        standing=Standing(standing),
        reason=reason.strip(),
        actor_urn=actor.urn,
    )
