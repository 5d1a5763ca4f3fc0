"""The open browser sessions of a person: where each is, and ending them, sockets included."""

from __future__ import annotations

import logging
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from crm_core.people.models import OpenSession
from crm_core.people.origin import NOWHERE, Origin, origin_of
from crm_core.people.security import Kind, note
from crm_core.people.sessions import end_sockets, session_hash
from kernel.clock import utc_now
from kernel.errors import FairfallError
from kernel.errors import Kind as ErrorKind

log = logging.getLogger(__name__)
NOTED_EVERY = timedelta(minutes=1)


class SessionNotFound(FairfallError):
    """The person has no such open session."""

    code = "people.session_not_found"
    kind = ErrorKind.NOT_FOUND
    text = "There is no such session, or it has ended."


def seen(request: Any, user_id: UUID) -> None:
    """Note that a signed-in person's session is used now, once a minute at most."""
    key = request.session.session_key
    if key is None or not _first_in_a_while(key):
        return
    origin, now = origin_of(request), utc_now()
    found = OpenSession.objects.filter(session_key=key, user_id=user_id)
    if not found.update(last_seen_at=now, last_ip=origin.ip):
        made = OpenSession(
            session_key=key, user_id=user_id, last_seen_at=now, ip=origin.ip, last_ip=origin.ip,
            user_agent=origin.user_agent,
        )  # fmt: skip
        OpenSession.objects.bulk_create([made], ignore_conflicts=True)


def _first_in_a_while(key: str) -> bool:
    """Whether it was not noted within the minute; without Valkey nothing is."""
    try:
        mark = f"people.seen.{session_hash(key)}"
        return bool(cache.add(mark, 1, NOTED_EVERY.total_seconds()))
    except (redis.RedisError, OSError) as error:
        log.warning("the use of a session is not noted: %s", error)
        return False


def own(user_id: UUID) -> QuerySet[OpenSession]:
    """Those of a person whose session is still open, last used first."""
    found = OpenSession.objects.filter(user_id=user_id)
    if settings.SESSION_ENGINE != "django.contrib.sessions.backends.db":
        return found
    open_now = Session.objects.filter(
        session_key=OuterRef("session_key"), expire_date__gt=utc_now()
    )
    return found.filter(Exists(open_now))


def end(*, user_id: UUID, session_id: UUID, origin: Origin = NOWHERE) -> None:
    """Sign one of a person's browsers out; its open sockets end. Raises SessionNotFound."""
    with transaction.atomic():
        found = own(user_id).select_for_update().filter(pk=session_id).first()
        if found is None:
            raise SessionNotFound()
        _end(found)
        note(user_id, Kind.SESSION_ENDED, origin=origin)


def end_others(*, user_id: UUID, keep: str | None, origin: Origin = NOWHERE) -> int:
    """Sign all of a person's browsers out but the one of the session ``keep``; how many."""
    with transaction.atomic():
        found = list(own(user_id).select_for_update().exclude(session_key=keep or ""))
        for each in found:
            _end(each)
        if found:
            note(user_id, Kind.OTHERS_ENDED, origin=origin)
    return len(found)


def _end(session: OpenSession) -> None:
    key, user_id = session.session_key, session.user_id
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
    session.delete()
    transaction.on_commit(
        lambda: end_sockets(user_id, reason="signed_out", session=session_hash(key))
    )
