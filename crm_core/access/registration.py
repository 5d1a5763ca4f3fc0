"""Registering a company."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from crm_core.access.errors import CompanyAlike, CompanyNotFound, NotSignedIn
from crm_core.companies.errors import AlreadyMember, RegisterMissing
from crm_core.companies.finding import Alike, alike
from crm_core.companies.identifiers import SCHEMES, check
from crm_core.companies.models import Company, Membership, Role
from crm_core.companies.services import add_member, create_company
from crm_core.people.models import User
from infra.outbox import emit
from kernel.clock import utc_now
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
    is_another: bool = False,
) -> Membership:
    """A new, not yet verified company whose owner is the person who registers it.

    A number of a scheme we know must have its form and is kept in compact form: raises
    RegisterMissing, IdentifierFormInvalid or IdentifierForeign, CompanyInvalid, CompanyTaken;
    CompanyAlike where others may be the same company and the person did not say that it
    ``is_another``.
    """
    if not user.is_authenticated or not user.is_active:
        raise NotSignedIn()
    if registry_value.strip() and not registry_scheme:
        raise RegisterMissing(field="registry_scheme")
    if registry_scheme in SCHEMES:
        try:
            registry_value = check(registry_scheme, registry_value, country=country).value
        except FairfallError as error:
            error.field = "registry_value"
            raise
    with transaction.atomic():
        _one_at_a_time(country)
        company = create_company(
            legal_name=legal_name,
            latin_name=latin_name,
            country=country,
            registry_scheme=registry_scheme,
            registry_value=registry_value,
            buys=buys,
            sells=sells,
        )
        found = [] if is_another else companies_alike(
            legal_name=legal_name, latin_name=latin_name, country=country,
            registry_value=registry_value, but=company.pk,
        )  # fmt: skip
        if found:
            raise CompanyAlike(
                alike=[str(each.company.pk) for each in found],
                names=[each.company.legal_name for each in found],
                why=[each.why.value for each in found],
            )
        return add_member(
            company_id=company.pk,
            user_id=user.pk,
            role=Role.OWNER,
            actor_urn=f"urn:fairfall:user:{user.pk}",
        )


def companies_alike(
    *,
    legal_name: str,
    latin_name: str = "",
    country: str,
    registry_value: str = "",
    but: UUID | None = None,
    **_: object,
) -> list[Alike]:
    """The companies, ``but`` one, that may be the one that is about to be registered."""
    return alike(
        legal_name=legal_name, latin_name=latin_name, country=country, number=registry_value,
        but=but,
    )  # fmt: skip


def ask_to_join(*, user: User, company_id: UUID) -> Company:
    """Ask a company's owners to be let in, instead of registering it a second time.

    They are told once a day at most. Raises NotSignedIn, CompanyNotFound; AlreadyMember.
    """
    if not user.is_authenticated or not user.is_active:
        raise NotSignedIn()
    company = Company.objects.filter(pk=company_id, operates=False).first()
    if company is None:
        raise CompanyNotFound()
    if Membership.objects.filter(company=company, user_id=user.pk, active=True).exists():
        raise AlreadyMember()
    with transaction.atomic():
        emit(
            type="company.join_asked",
            subject=company.urn,
            actor=f"urn:fairfall:user:{user.pk}",
            parties=[company.urn],
            payload={"company_id": company.pk, "user_id": user.pk, "day": utc_now().date()},
        )
    return company


def _one_at_a_time(country: str) -> None:
    """Until the transaction ends: who registers the same company meanwhile finds this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register company {country}"]
        )
