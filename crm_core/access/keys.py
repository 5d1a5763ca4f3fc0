"""API tokens and socket tickets: made, redeemed, revoked. A secret is shown once, then hashed.

The secrets carry 256 random bits, so a plain SHA-256 keeps them as safe as a slow hash would.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from crm_core.access.actor import Actor, load_actor
from crm_core.access.errors import TicketInvalid, TokenInvalid, TokenNameMissing, TokenNotFound
from crm_core.access.models import ApiToken, SocketTicket
from crm_core.people.origin import NOWHERE, Origin
from crm_core.people.security import Kind, note
from kernel.clock import utc_now

TOKEN_MARK = "ff_"  # noqa: S105  lets secret scanners recognise a leaked token
TICKET_LIFE = timedelta(seconds=30)
_USE_NOTED_EVERY = timedelta(minutes=1)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """The actor's own tokens for the active company that still work."""
    return ApiToken.objects.filter(
        user_id=actor.user_id, company_id=actor.company_id, revoked_at=None
    )


def create_token(*, actor: Actor, name: str, origin: Origin = NOWHERE) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not kept and cannot be shown again."""
    if not name.strip():
        raise TokenNameMissing(field="name")
    secret = TOKEN_MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user_id=actor.user_id,
        company_id=actor.company_id,
        name=name.strip()[:80],
        prefix=secret[:8],
        secret_hash=_hash(secret),
    )
    note(actor.user_id, Kind.TOKEN_CREATED, origin=origin, what=token.name)
    return token, secret


def revoke_token(*, actor: Actor, token_id: UUID, origin: Origin = NOWHERE) -> None:
    """Stop one of the actor's tokens. Raises TokenNotFound."""
    token = tokens(actor).filter(pk=token_id).first()
    if token is None or not tokens(actor).filter(pk=token_id).update(revoked_at=utc_now()):
        raise TokenNotFound()
    note(actor.user_id, Kind.TOKEN_REVOKED, origin=origin, what=token.name)


def token_of(secret: str) -> ApiToken:
    """The working token with this secret, its user fetched. Raises TokenInvalid."""
    now = utc_now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(secret_hash=_hash(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None:
        raise TokenInvalid()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - _USE_NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def token_works(token_id: UUID) -> bool:
    """Whether the token was not revoked."""
    return ApiToken.objects.filter(pk=token_id, revoked_at=None).exists()


def working_tokens(token_ids: Collection[UUID]) -> set[UUID]:
    """Those of the tokens that were not revoked, in one query."""
    working = ApiToken.objects.filter(pk__in=token_ids, revoked_at=None)
    return set(working.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who comes in by a ticket, and by what the ticket was got: a token, a session, or neither."""

    actor: Actor
    token_id: UUID | None
    session: str | None


def issue_ticket(
    *, actor: Actor, token_id: UUID | None = None, session: str | None = None
) -> tuple[str, datetime]:
    """A ticket that opens one socket for the actor within 30 seconds, and when it lapses.

    The socket ends with the API token or the browser session it was asked for with.
    """
    now = utc_now()
    SocketTicket.objects.filter(expires_at__lt=now).delete()
    secret = secrets.token_urlsafe(32)
    ticket = SocketTicket.objects.create(
        secret_hash=_hash(secret),
        user_id=actor.user_id,
        company_id=actor.company_id,
        token_id=token_id,
        session=session or "",
        expires_at=now + TICKET_LIFE,
    )
    return secret, ticket.expires_at


def redeem_ticket(ticket: str) -> Entrance:
    """Whom a ticket was issued to; it admits once. Raises TicketInvalid, NotAMember."""
    with connection.cursor() as cursor:
        # One statement takes the ticket away: of two sockets that bring it, one gets the row.
        cursor.execute(
            "DELETE FROM access_socketticket WHERE secret_hash = %s"
            " RETURNING user_id, company_id, expires_at, token_id, session",
            [_hash(ticket)],
        )
        row = cursor.fetchone()
    if row is None or row[2] < utc_now():
        raise TicketInvalid()
    if row[3] is not None and not token_works(row[3]):
        raise TicketInvalid()
    return Entrance(load_actor(row[0], row[1]), row[3], row[4] or None)
