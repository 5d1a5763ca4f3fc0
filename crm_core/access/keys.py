"""API tokens: made, named, used, revoked. A secret is shown once, then hashed.

The secrets carry 256 random bits, so a plain SHA-256 keeps them as safe as a slow hash would.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from crm_core.access.actor import Actor, ByToken
from crm_core.access.capabilities import Capability
from crm_core.access.errors import (
    NotSignedIn,
    ScopeNotOffered,
    ScopesMissing,
    TokenExpired,
    TokenExpiryPast,
    TokenExpiryTooLate,
    TokenInvalid,
    TokenNameMissing,
    TokenNotFound,
    TooManyTokens,
)
from crm_core.access.models import TOLD_BEFORE, ApiToken
from crm_core.access.scopes import offered
from crm_core.companies.models import Company, Membership, PeopleAction
from crm_core.companies.people_log import log
from crm_core.companies.services import locked
from crm_core.people.origin import NOWHERE, Origin
from crm_core.people.security import Kind, note
from infra.outbox import emit
from kernel.clock import utc_now
from kernel.errors import FairfallError

TOKEN_MARK = "ff_"  # noqa: S105  lets secret scanners recognise a leaked token
MOST_WORKING = 20  # of one person for one company
USUAL_LIFE = timedelta(days=90)
_USE_NOTED_EVERY = timedelta(minutes=1)


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _works(now: datetime) -> Q:
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now))


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own tokens for the active company that still work."""
    return _own(actor).filter(_works(utc_now()))


def ended_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Those of them that were revoked or have expired."""
    return _own(actor).exclude(_works(utc_now())).select_related("revoked_by")


def token(actor: Actor, token_id: UUID) -> ApiToken:
    """One of the actor's tokens, working or not. Raises TokenNotFound."""
    found = _own(actor).select_related("revoked_by").filter(pk=token_id).first()
    if found is None:
        raise TokenNotFound()
    return found


def _own(actor: Actor) -> QuerySet[ApiToken]:
    actor.require_person()
    return ApiToken.objects.filter(user_id=actor.user_id, company_id=actor.company_id)


def longest_life() -> timedelta | None:
    """How long the operator lets a token work; None: for ever."""
    days = settings.API_TOKEN_LONGEST_DAYS
    return timedelta(days=days) if days else None


def usual_expiry() -> datetime:
    """Until when a token works where nothing else is said."""
    return utc_now() + min(USUAL_LIFE, longest_life() or USUAL_LIFE)


def create_token(
    *,
    actor: Actor,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    origin: Origin = NOWHERE,
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not kept and cannot be shown again.

    Scopes and expiry are for good: nothing widens a token. Without ``expires_at`` it works until it
    is revoked, where the operator allows that.
    """
    actor.require_person()
    named = _named(name)
    wanted = _scopes(actor, scopes)
    _check_expiry(expires_at)
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    with transaction.atomic():
        # Two requests at once count one after the other.
        Membership.objects.select_for_update().get(pk=actor.membership_id)
        if tokens(actor).count() >= MOST_WORKING:
            raise TooManyTokens(most=MOST_WORKING)
        made = ApiToken.objects.create(
            user_id=actor.user_id, company_id=actor.company_id, name=named, prefix=secret[:8],
            secret_hash=hashed(secret), scopes=wanted, expires_at=expires_at,
        )  # fmt: skip
        note(actor.user_id, Kind.TOKEN_CREATED, origin=origin,
             what=f"{made.name}: {', '.join(wanted)}")  # fmt: skip
    return made, secret


def _named(name: str) -> str:
    if not name.strip():
        raise TokenNameMissing(field="name")
    return name.strip()[:80]


def _scopes(actor: Actor, scopes: Collection[str]) -> list[str]:
    may = [each.value for each in offered(actor.role)]
    for each in scopes:
        if each not in may:
            raise ScopeNotOffered(field="scopes", scope=each)
    if not scopes:
        raise ScopesMissing(field="scopes")
    return [each for each in may if each in scopes]


def _check_expiry(expires_at: datetime | None) -> None:
    longest, now = longest_life(), utc_now()
    if expires_at is not None and expires_at <= now:
        raise TokenExpiryPast(field="expires_at")
    # A minute more: the date may have been reckoned by a clock that is a little ahead.
    if longest and (expires_at is None or expires_at > now + longest + timedelta(minutes=1)):
        raise TokenExpiryTooLate(field="expires_at", days=longest.days)


def rename_token(*, actor: Actor, token_id: UUID, name: str, origin: Origin = NOWHERE) -> ApiToken:
    """Give a working token another name. Raises TokenNotFound."""
    named = _named(name)
    with transaction.atomic():
        found = tokens(actor).select_for_update().filter(pk=token_id).first()
        if found is None:
            raise TokenNotFound()
        if found.name != named:
            before, found.name = found.name, named
            found.save(update_fields=["name"])
            note(actor.user_id, Kind.TOKEN_RENAMED, origin=origin, what=f"{before} → {named}")
    return found


def revoke_token(*, actor: Actor, token_id: UUID, origin: Origin = NOWHERE) -> None:
    """Stop one of the actor's tokens. Raises TokenNotFound."""
    with transaction.atomic():
        found = tokens(actor).select_for_update().filter(pk=token_id).first()
        if found is None:
            raise TokenNotFound()
        _revoke(found, actor)
        note(actor.user_id, Kind.TOKEN_REVOKED, origin=origin, what=found.name)


def _revoke(found: ApiToken, actor: Actor) -> None:
    found.revoked_at, found.revoked_by_id = utc_now(), actor.user_id
    found.save(update_fields=["revoked_at", "revoked_by"])


# Of the whole company ---------------------------------------------------------------------


def company_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Every working token that acts for the actor's company, with whose it is, the latest used
    first."""
    actor.require_person()
    actor.require(Capability.COMPANY_MANAGE)
    return (
        ApiToken.objects.filter(_works(utc_now()), company_id=actor.company_id)
        .select_related("user")
        .order_by(F("last_used_at").desc(nulls_last=True), "-created_at", "id")
    )


def revoke_company_token(*, actor: Actor, token_id: UUID, origin: Origin = NOWHERE) -> ApiToken:
    """Stop a colleague's token (or one's own). Raises TokenNotFound."""
    with transaction.atomic():
        company = locked(actor.company_id)
        found = company_tokens(actor).select_for_update(of=("self",)).filter(pk=token_id).first()
        if found is None:
            raise TokenNotFound()
        _revoke(found, actor)
        own = found.user_id == actor.user_id
        note(found.user_id, Kind.TOKEN_REVOKED, origin=origin if own else NOWHERE, what=found.name)
        _log_revoked(company, found, actor)
        if not own:
            _tell("access.token_revoked", found, actor)
    return found


def _log_revoked(company: Company, found: ApiToken, actor: Actor) -> None:
    role = Membership.objects.values_list("role", flat=True).get(
        company=company, user_id=found.user_id, active=True
    )
    log(company, PeopleAction.TOKEN_REVOKED, role=role, by_id=actor.user_id,
        person_id=found.user_id, before=found.name[:40])  # fmt: skip


def _tell(kind: str, found: ApiToken, actor: Actor | None = None) -> None:
    """Its person is told: ``crm_core.notifications.handlers.token_event``."""
    urn = f"urn:fairfall:company:{found.company_id}"
    emit(
        type=kind,
        subject=urn,
        actor=actor.urn if actor else "",
        parties=[urn],
        payload={
            "company_id": found.company_id,
            "user_id": found.user_id,
            "name": found.name,
            "expires_on": found.expires_at.date().isoformat() if found.expires_at else "",
            "by_id": actor.user_id if actor else None,
        },
    )


# Their use --------------------------------------------------------------------------------


def token_of(secret: str, origin: Origin = NOWHERE) -> ApiToken:
    """The working token with this secret, its user fetched. Raises TokenInvalid, TokenExpired."""
    now = utc_now()
    found = (
        ApiToken.objects.select_related("user")
        .filter(secret_hash=hashed(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if found is None:
        raise TokenInvalid()
    if found.is_expired:
        raise TokenExpired()
    if found.last_used_at is None or found.last_used_at < now - _USE_NOTED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=found.pk).update(
            last_used_at=now, last_ip=origin.ip, last_user_agent=origin.user_agent
        )
    return found


def by_token(found: ApiToken) -> ByToken:
    """What an actor knows of the token by which it acts."""
    return ByToken(found.pk, frozenset(found.scopes))


def standings_of(token_ids: Collection[UUID]) -> dict[UUID, ByToken | FairfallError]:
    """Each of the tokens as it works now, or why it does not, in one query."""
    found = ApiToken.objects.in_bulk(list(token_ids))
    return {each: _standing(found.get(each)) for each in token_ids}


def _standing(found: ApiToken | None) -> ByToken | FairfallError:
    if found is None or found.revoked_at is not None:
        return NotSignedIn()
    return TokenExpired() if found.is_expired else by_token(found)


# What time does to them -------------------------------------------------------------------


def tell_of_ends(at: datetime | None = None) -> int:
    """Tell people which of their tokens end within a week, and which have ended; how many were
    told of. Each is told once, however often this runs."""
    now = at or utc_now()
    waiting = ApiToken.objects.filter(
        revoked_at=None, end_told_at=None, expires_at__lte=now + TOLD_BEFORE
    )
    ended = Q(expires_at__lte=now)
    # A token made for a few days says nothing new a few days before.
    ending = Q(ending_told_at=None, created_at__lt=F("expires_at") - TOLD_BEFORE)
    due = waiting.filter(ended | ending).values_list("pk", flat=True)
    return sum(_tell_of_end(each, now) for each in list(due))


def _tell_of_end(token_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        found = ApiToken.objects.select_for_update().get(pk=token_id)
        if found.revoked_at is not None or found.expires_at is None:
            return False
        over = found.expires_at <= now
        field = "end_told_at" if over else "ending_told_at"
        if getattr(found, field) is not None:
            return False  # told meanwhile by another worker
        setattr(found, field, now)
        found.save(update_fields=[field])
        _tell("access.token_expired" if over else "access.token_expiring", found)
    return True
