"""A new token's secret on its way to the page that shows it: once, to the person who made it.

It waits in the session, which is kept in the database, so it is encrypted there; what makes the
token redirects, and so reloading the page that shows it makes no other.
"""

from __future__ import annotations

import base64
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from crm_core.access.actor import Actor
from infra.keys import Undecryptable, key_ring

_NAME = "token_made"


def keep(session: SessionBase, actor: Actor, token_id: UUID, secret: str) -> None:
    """Until :func:`take` is called."""
    hidden = key_ring().encrypted(secret.encode("ascii"), _bound(actor, token_id))
    session[_NAME] = [str(token_id), base64.b64encode(hidden).decode("ascii")]


def take(session: SessionBase, actor: Actor) -> tuple[UUID, str] | None:
    """The token made last and its secret, once; None where none waits for this person."""
    found = session.pop(_NAME, None)
    if found is None:
        return None
    token_id, hidden = UUID(found[0]), base64.b64decode(found[1])
    try:
        return token_id, key_ring().decrypted(hidden, _bound(actor, token_id)).decode()
    except Undecryptable:
        return None


def _bound(actor: Actor, token_id: UUID) -> bytes:
    return f"{actor.user_id} {actor.company_id} {token_id}".encode("ascii")
