"""The actor: a person acting for one company, in one role, now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from crm_core.access.capabilities import (
    ROLE_CAPABILITIES,
    Capability,
    standing_allows,
)
from crm_core.access.errors import (
    AccessForbidden,
    CompanyNotVerified,
    CompanyRequired,
    CompanySuspended,
    NotAMember,
    NotSignedIn,
    PersonRequired,
    ScopeMissing,
    SecondFactorRequired,
)
from crm_core.access.factor import lacks_factor, with_factor
from crm_core.access.scopes import Scope, covers, scope_for
from crm_core.companies.limits import Limit, limit_of
from crm_core.companies.models import Membership, Role, Standing
from crm_core.people.models import User
from kernel.errors import FairfallError

GATES_PAGE = "/company/#gates"  # where a person sees which actions are open to the company


@dataclass(frozen=True, slots=True)
class ByToken:
    """The API token by which a program acts as its person."""

    id: UUID
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for whom, and what that allows. Made by :func:`load_actor` only.

    ``capabilities`` already leaves out what the company's standing and the scopes of an API token
    withhold.
    """

    user_id: UUID
    company_id: UUID
    membership_id: UUID
    role: Role
    capabilities: frozenset[Capability]
    display_name: str
    company_name: str
    company_buys: bool
    company_sells: bool
    limit: Limit | None = None  # the highest total to bid, publish or award
    standing: str = Standing.VERIFIED
    by_token: ByToken | None = None  # None: the person itself, in a browser

    def can(self, capability: Capability) -> bool:
        """Whether the actor may do this."""
        return capability in self.capabilities

    def require(self, capability: Capability) -> None:
        """Raise AccessForbidden, ScopeMissing or CompanyNotVerified unless the actor may do
        this."""
        if capability in self.capabilities:
            return
        self.check_scope(capability)
        if capability in ROLE_CAPABILITIES[self.role]:
            refusal = (
                CompanySuspended if self.standing == Standing.SUSPENDED else CompanyNotVerified
            )
            raise refusal(capability=capability.value, see=GATES_PAGE)
        raise AccessForbidden(capability=capability.value)

    def scope_refusal(self, *capabilities: Capability) -> ScopeMissing | None:
        """Why the token may not do what its person may; None where the scopes are not why."""
        if self.by_token is None:
            return None
        for capability in capabilities:
            held = capability in ROLE_CAPABILITIES[self.role]
            if held and not covers(self.by_token.scopes, capability):
                return ScopeMissing(scope=scope_for(capability).value)
        return None

    def check_scope(self, *capabilities: Capability) -> None:
        """Raise ScopeMissing where the person may do one of these and the token may not. For those
        who would otherwise say that there is no such thing."""
        if (refusal := self.scope_refusal(*capabilities)) is not None:
            raise refusal

    def require_scope(self, *scopes: Scope) -> None:
        """For what every member may do: raise ScopeMissing unless the token has one of these."""
        if self.by_token is not None and not self.by_token.scopes & {*scopes, Scope.FULL}:
            raise ScopeMissing(scope=scopes[0].value)

    def require_person(self) -> None:
        """Raise PersonRequired where a program acts."""
        if self.by_token is not None:
            raise PersonRequired()

    @property
    def role_label(self) -> str:
        """The role's name in the active language."""
        return str(self.role.label)

    @property
    def urn(self) -> str:
        """The form in which events and logs refer to the actor."""
        return f"urn:fairfall:user:{self.user_id}"


def load_actor(
    user_id: UUID | str, company_id: UUID | str, by_token: ByToken | None = None
) -> Actor:
    """The actor as of now, in one query. Called again for every command.

    Raises NotAMember when the membership ended, the user was deactivated, or neither ever was;
    SecondFactorRequired when the role asks for a factor that the person does not have.
    """
    membership = with_factor(
        Membership.objects.filter(
            user_id=user_id, company_id=company_id, active=True, user__is_active=True
        )
    ).first()
    if membership is None:
        raise NotAMember()
    return actor_of(membership, by_token)


Presence = tuple[UUID, UUID, ByToken | None]
"""Whose user, for which company, and by which token."""


def load_actors(people: Collection[Presence]) -> dict[Presence, Actor]:
    """The actors of many as of now, in one query; who is none is left out."""
    memberships = with_factor(
        Membership.objects.filter(
            user_id__in={user for user, _, _ in people},
            company_id__in={company for _, company, _ in people},
            active=True,
            user__is_active=True,
        )
    )
    found = {
        (each.user_id, each.company_id): each for each in memberships if not lacks_factor(each)
    }
    return {each: actor_of(found[each[:2]], each[2]) for each in people if each[:2] in found}


def actor_of(membership: Membership, by_token: ByToken | None = None) -> Actor:
    """The actor behind an active membership whose user and company are already fetched.

    Raises SecondFactorRequired. Every actor of pages, API and sockets is made here.
    """
    if lacks_factor(membership):
        raise SecondFactorRequired(company=membership.company.legal_name)
    role = Role(membership.role)
    return Actor(
        user_id=membership.user_id,
        company_id=membership.company_id,
        membership_id=membership.pk,
        role=role,
        capabilities=capabilities_of(membership, by_token),
        display_name=str(membership.user),
        company_name=membership.company.legal_name,
        company_buys=membership.company.buys,
        company_sells=membership.company.sells,
        limit=limit_of(membership),
        standing=membership.company.standing,
        by_token=by_token,
    )


def capabilities_of(
    membership: Membership, by_token: ByToken | None = None
) -> frozenset[Capability]:
    """What its role, its company's standing and the token's scopes allow; nothing while a second
    factor is missing."""
    if lacks_factor(membership):
        return frozenset()
    standing = membership.company.standing
    held = ROLE_CAPABILITIES[Role(membership.role)]
    return frozenset(
        each
        for each in held
        if standing_allows(standing, each) and (by_token is None or covers(by_token.scopes, each))
    )


def actor_for(
    user: User, company_id: UUID | str | None = None, by_token: ByToken | None = None
) -> Actor:
    """The actor for a signed-in person; without a company, of the only one they act for.

    Raises CompanyRequired when the person acts for several and none is named, NotAMember when for
    none or not for this one.
    """
    if company_id is not None:
        return load_actor(user.pk, company_id, by_token)
    memberships = list(
        with_factor(
            Membership.objects.filter(user_id=user.pk, active=True, user__is_active=True)
        ).order_by("joined_at", "id")[:2]
    )
    if not memberships:
        raise NotAMember()
    if len(memberships) > 1:
        raise CompanyRequired()
    return actor_of(memberships[0], by_token)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Stands where there is no actor: it is false, may nothing, and says why when asked.

    Its ids are None, so a query scoped by them finds nothing.
    """

    signed_in: bool
    factor_missing: SecondFactorRequired | None = None
    user_id: None = None
    company_id: None = None
    capabilities: frozenset[Capability] = frozenset()
    display_name: str = ""
    company_name: str = ""
    company_buys: bool = False
    company_sells: bool = False

    def __bool__(self) -> bool:
        return False

    def can(self, capability: Capability) -> bool:
        """Never."""
        return False

    def check_scope(self, *capabilities: Capability) -> None:
        """Nobody has no token."""

    def require(self, capability: Capability) -> NoReturn:
        """Raise NotSignedIn, SecondFactorRequired or NotAMember."""
        raise self.refusal

    @property
    def refusal(self) -> FairfallError:
        """Why there is no actor."""
        if not self.signed_in:
            return NotSignedIn()
        return self.factor_missing or NotAMember()
