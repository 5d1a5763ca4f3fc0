"""What changes about companies and memberships.

These functions keep the rules of the data. Who may call them is decided above, in
``crm_core.access.members``; only the composition root calls them directly.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from crm_core.companies.errors import (
    AlreadyMember,
    CompanyInvalid,
    CompanyTaken,
    LastOwner,
    MemberNotFound,
    NameNotLatin,
    RoleNotForCompany,
)
from crm_core.companies.finding import remember
from crm_core.companies.limits import Limit, limit_fields, limit_text
from crm_core.companies.models import (
    MANAGING_ROLES,
    OPERATOR_ROLES,
    Company,
    MemberInvitation,
    Membership,
    PeopleAction,
    Role,
    Standing,
)
from crm_core.companies.names import is_latin
from crm_core.companies.people_log import log
from crm_core.people.sessions import end_sockets
from infra.outbox import emit
from kernel.clock import utc_now
from kernel.ids import short_code


def create_company(
    *,
    legal_name: str,
    country: str,
    latin_name: str = "",
    registry_scheme: str = "",
    registry_value: str = "",
    buys: bool = False,
    sells: bool = False,
    operates: bool = False,
    reference: str = "",
    standing: Standing = Standing.DRAFT,
) -> Company:
    """A new company. Raises CompanyInvalid (with its field), NameNotLatin or CompanyTaken."""
    if not is_latin(latin_name):
        raise NameNotLatin(field="latin_name")
    name = latin_name or legal_name
    company = Company(
        legal_name=" ".join(legal_name.split()),
        latin_name=name.strip(),
        country=country,
        registry_scheme=registry_scheme,
        registry_value=registry_value,
        buys=buys,
        sells=sells,
        operates=operates,
        reference=reference or f"{slugify(name)[:60]}-{short_code(5).lower()}".lstrip("-"),
        standing=standing,
    )
    try:
        company.clean_fields()
    except ValidationError as error:
        raise CompanyInvalid(field=next(iter(error.message_dict))) from error
    if not (buys or sells or operates):
        raise CompanyInvalid(field="sells")
    if bool(registry_scheme) != bool(registry_value):
        raise CompanyInvalid(field="registry_value")
    with transaction.atomic():
        try:
            with transaction.atomic():
                company.save(force_insert=True)
        except IntegrityError as error:
            raise CompanyTaken() from error
        remember(company)
        emit(
            type="company.created",
            subject=company.urn,
            parties=[company.urn],
            payload={"company_id": company.pk, "name": company.legal_name},
        )
    return company


def set_standing(
    *, company_id: UUID, standing: Standing, reason: str = "", actor_urn: str = ""
) -> Company:
    """Record the operator's verification or suspension of a company."""
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=company_id)
        if company.standing != standing:
            company.standing = standing
            company.save(update_fields=["standing"])
            emit(
                type="company.standing_changed",
                subject=company.urn,
                actor=actor_urn,
                parties=[company.urn],
                payload={
                    "company_id": company.pk,
                    "standing": standing.value,
                    "reason": reason,
                },
            )
    return company


def add_member(
    *,
    company_id: UUID,
    user_id: UUID,
    role: Role,
    actor_urn: str = "",
    limit: Limit | None = None,
    invitation: MemberInvitation | None = None,
) -> Membership:
    """Let a person act for a company from now on. Raises AlreadyMember, RoleNotForCompany."""
    with transaction.atomic():
        company = locked(company_id)
        check_role(company, role)
        try:
            with transaction.atomic():
                membership = Membership.objects.create(
                    company=company, user_id=user_id, role=role, **limit_fields(limit)
                )
        except IntegrityError as error:
            raise AlreadyMember(field="email") from error
        log(company, PeopleAction.JOINED, role=role, by_id=_person_of(actor_urn),
            person_id=user_id, invitation=invitation, after=limit_text(membership))  # fmt: skip
        _emit("company.member_added", membership, actor_urn)
    return membership


def change_role(
    *, company_id: UUID, membership_id: UUID, role: Role, actor_urn: str = ""
) -> Membership:
    """Give a member another role, in force with their next command; open sockets close, and open
    again with what the new role allows."""
    with transaction.atomic():
        company = locked(company_id)
        check_role(company, role)
        membership = member(company.pk, membership_id)
        if membership.role == role:
            return membership
        if role not in MANAGING_ROLES:
            _keep_a_manager(membership)
        before, membership.role = membership.role, role
        membership.save(update_fields=["role"])
        log(company, PeopleAction.ROLE_CHANGED, role=role, by_id=_person_of(actor_urn),
            person_id=membership.user_id, before=before, after=role)  # fmt: skip
        _emit("company.member_role_changed", membership, actor_urn)
        _end_sockets(membership, "role_changed")
    return membership


def set_limit(
    *, company_id: UUID, membership_id: UUID, limit: Limit | None, actor_urn: str = ""
) -> Membership:
    """Set or lift the highest total a member may bid, publish or award."""
    with transaction.atomic():
        company = locked(company_id)
        membership = member(company.pk, membership_id)
        before = limit_text(membership)
        for name, value in limit_fields(limit).items():
            setattr(membership, name, value)
        after = limit_text(membership)
        if after == before:
            return membership
        membership.save(update_fields=["limit_amount", "limit_currency"])
        log(company, PeopleAction.LIMIT_CHANGED, role=membership.role,
            by_id=_person_of(actor_urn), person_id=membership.user_id,
            before=before, after=after)  # fmt: skip
        _emit("company.member_limit_changed", membership, actor_urn)
    return membership


def remove_member(
    *, company_id: UUID, membership_id: UUID, actor_urn: str = "", may_be_last: bool = False
) -> None:
    """End a membership: the person's next command is refused and open sockets close.

    Raises LastOwner where nobody else manages the company, unless the person ``may_be_last`` and
    no colleague is left behind either.
    """
    with transaction.atomic():
        company = locked(company_id)
        membership = member(company.pk, membership_id)
        if not (may_be_last and _is_alone(company, membership)):
            _keep_a_manager(membership)
        membership.active = False
        membership.left_at = utc_now()
        membership.save(update_fields=["active", "left_at"])
        by_id = _person_of(actor_urn)
        went = by_id == membership.user_id
        log(company, PeopleAction.LEFT if went else PeopleAction.REMOVED, role=membership.role,
            by_id=by_id, person_id=membership.user_id)  # fmt: skip
        _emit("company.member_removed", membership, actor_urn)
        _end_sockets(membership, "membership_ended")


def _person_of(urn: str) -> UUID | None:
    head, _colon, last = urn.rpartition(":")
    return UUID(last) if head == "urn:fairfall:user" else None


def _end_sockets(membership: Membership, reason: str) -> None:
    user_id, company_id = membership.user_id, membership.company_id
    transaction.on_commit(lambda: end_sockets(user_id, reason=reason, company_id=company_id))


def locked(company_id: UUID) -> Company:
    """The company under the one lock of all changes of its people: two owners cannot remove each
    other, and the lines of its log are numbered."""
    return Company.objects.select_for_update().get(pk=company_id)


def check_role(company: Company, role: Role) -> None:
    """Raise RoleNotForCompany where the role exists only at the operator's."""
    if role in OPERATOR_ROLES and not company.operates:
        raise RoleNotForCompany(field="role")


def member(company_id: UUID, membership_id: UUID) -> Membership:
    """An active membership of this company. Raises MemberNotFound."""
    found = Membership.objects.filter(pk=membership_id, company_id=company_id, active=True).first()
    if found is None:
        raise MemberNotFound()
    return found


def _is_alone(company: Company, leaving: Membership) -> bool:
    others = Membership.objects.filter(company=company, active=True, user__is_active=True)
    return not company.operates and not others.exclude(pk=leaving.pk).exists()


def _keep_a_manager(leaving: Membership) -> None:
    if leaving.role not in MANAGING_ROLES:
        return
    others = Membership.objects.filter(
        company_id=leaving.company_id, active=True, role__in=MANAGING_ROLES,
        user__is_active=True,
    ).exclude(pk=leaving.pk)  # fmt: skip
    if not others.exists():
        raise LastOwner()


def _emit(kind: str, membership: Membership, actor_urn: str) -> None:
    urn = f"urn:fairfall:company:{membership.company_id}"
    emit(
        type=kind,
        subject=urn,
        actor=actor_urn,
        parties=[urn],
        payload={
            "company_id": membership.company_id,
            "user_id": membership.user_id,
            "role": membership.role,
        },
    )
