"""One-time tickets that open a socket where no cookie can."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from crm_core.access.actor import Actor, ByToken, load_actor
from crm_core.access.errors import TicketInvalid, TokenExpired
from crm_core.access.keys import hashed, standings_of
from crm_core.access.models import SocketTicket
from kernel.clock import utc_now

TICKET_LIFE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who comes in, and by which browser session, if by one."""

    actor: Actor
    session: str | None


def issue_ticket(*, actor: Actor, session: str | None = None) -> tuple[str, datetime]:
    """A ticket that opens one socket for the actor within 30 seconds, and when it lapses.

    The socket ends with the API token or the browser session it was asked for with.
    """
    now = utc_now()
    SocketTicket.objects.filter(expires_at__lt=now).delete()
    secret = secrets.token_urlsafe(32)
    ticket = SocketTicket.objects.create(
        secret_hash=hashed(secret),
        user_id=actor.user_id,
        company_id=actor.company_id,
        token_id=actor.by_token.id if actor.by_token else None,
        session=session or "",
        expires_at=now + TICKET_LIFE,
    )
    return secret, ticket.expires_at


def redeem_ticket(ticket: str) -> Entrance:
    """Whom a ticket was issued to; it admits once. Raises TicketInvalid, TokenExpired,
    NotAMember."""
    with connection.cursor() as cursor:
        # One statement takes the ticket away: of two sockets that bring it, one gets the row.
        cursor.execute(
            "DELETE FROM access_socketticket WHERE secret_hash = %s"
            " RETURNING user_id, company_id, expires_at, token_id, session",
            [hashed(ticket)],
        )
        row = cursor.fetchone()
    if row is None or row[2] < utc_now():
        raise TicketInvalid()
    by_token = None
    if row[3] is not None:
        standing = standings_of([row[3]])[row[3]]
        if isinstance(standing, TokenExpired):
            raise standing
        if not isinstance(standing, ByToken):
            raise TicketInvalid()
        by_token = standing
    return Entrance(load_actor(row[0], row[1], by_token), row[4] or None)
