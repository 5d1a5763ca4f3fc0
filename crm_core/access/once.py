"""A new token's secret on its way to the page that shows it: once, to the person who made it.

It waits in the session, which is kept in the database, so it is encrypted there; what makes the
token redirects, and so reloading the page that shows it makes no other.
"""

from __future__ import annotations

import base64
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.contrib.sessions.backends.base import SessionBase

from crm_core.access.actor import Actor
from infra.keys import key_ring

_NAME = "token_made"
_NONCE_BYTES = 12


def keep(session: SessionBase, actor: Actor, token_id: UUID, secret: str) -> None:
    """Until :func:`take` is called."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    hidden = key_ring().cipher().encrypt(nonce, secret.encode("ascii"), _bound(actor, token_id))
    session[_NAME] = [str(token_id), base64.b64encode(nonce + hidden).decode("ascii")]


def take(session: SessionBase, actor: Actor) -> tuple[UUID, str] | None:
    """The token made last and its secret, once; None where none waits for this person."""
    found = session.pop(_NAME, None)
    if found is None:
        return None
    token_id, hidden = UUID(found[0]), base64.b64decode(found[1])
    nonce, hidden = hidden[:_NONCE_BYTES], hidden[_NONCE_BYTES:]
    try:
        return token_id, key_ring().cipher().decrypt(
            nonce, hidden, _bound(actor, token_id)
        ).decode()
    except InvalidTag:
        return None


def _bound(actor: Actor, token_id: UUID) -> bytes:
    return f"{actor.user_id} {actor.company_id} {token_id}".encode("ascii")
