"""Who is at the socket's door: by session cookie or one-time ticket, for one company, now; or
anybody, by an observer link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from auctions.domain.visibility import Viewer
from auctions.realtime import messages as m
from auctions.realtime.observing import admitted_link
from auctions.realtime.snapshots import you_of
from auctions.services.observers import place_by
from auctions.services.policies import Place, place_of
from crm_core.access.actor import actor_for
from crm_core.access.errors import NotAMember, NotSignedIn
from crm_core.access.tickets import Entrance, redeem_ticket
from crm_core.people.models import User

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
DATABASE_SESSIONS = "django.contrib.sessions.backends.db"


@dataclass(frozen=True, slots=True)
class Guest:
    """An admitted person: who, for which company, in which place.

    Whoever came by an observer link has neither user nor company, but ``link_id``.
    """

    user_id: UUID | None
    company_id: UUID | None
    session: str | None  # the browser session's key; None: came by an API token or a link
    language: str
    place: Place
    link_id: UUID | None = None
    token_id: UUID | None = None  # the API token with which the ticket was got

    @property
    def viewer(self) -> Viewer:
        return self.place.viewer

    @property
    def you(self) -> m.You:
        """How the socket is told whom it speaks for."""
        return you_of(self.place)


@partial(database_sync_to_async, thread_sensitive=False)
def admit(scope: Mapping[str, Any], query: Mapping[str, list[str]], auction_id: UUID) -> Guest:
    """The guest. Raises NotSignedIn, TicketInvalid, TokenExpired, ScopeMissing, NotAMember,
    CompanyRequired, AuctionUnknown, NotAllowed, ObserverLinkInvalid or TooManyObservers."""
    if secrets := query.get("observer"):
        link = admitted_link(scope, secrets[0], auction_id)
        language = _language(scope, settings.LANGUAGE_CODE)
        return Guest(None, None, None, language, place_by(link), link_id=link.pk)
    entrance, user = _entrance(scope, query)
    actor, session = entrance.actor, entrance.session
    if session is not None and not _signed_in(user, session):
        raise NotSignedIn()
    place = place_of(actor, auction_id)
    if place.party is not None:
        checked = session if settings.SESSION_ENGINE == DATABASE_SESSIONS else None
        place = replace(place, party=replace(place.party, session=checked))
    language = user.language if user.language in LANGUAGES else settings.LANGUAGE_CODE
    return Guest(
        actor.user_id, actor.company_id, session, _language(scope, language), place,
        token_id=None if actor.by_token is None else actor.by_token.id,
    )  # fmt: skip


def _language(scope: Mapping[str, Any], otherwise: str) -> str:
    cookie = scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME)
    return cookie if cookie in LANGUAGES else otherwise


def _entrance(scope: Mapping[str, Any], query: Mapping[str, list[str]]) -> tuple[Entrance, User]:
    tickets = query.get("ticket")
    if tickets:
        entrance = redeem_ticket(tickets[0])
        return entrance, User.objects.get(pk=entrance.actor.user_id)
    user = scope.get("user")
    if user is None or not user.is_authenticated:
        raise NotSignedIn()
    named = query.get("company", [None])[0]
    try:
        company_id = None if named is None else UUID(named)
    except ValueError as error:
        raise NotAMember() from error
    session = scope.get("session")
    key = None if session is None else session.session_key
    return Entrance(actor_for(user, company_id), key), user


def _signed_in(user: User, session: str) -> bool:
    """Whether the browser session is still open, and as of the person's present password."""
    return opened_by(user, import_module(settings.SESSION_ENGINE).SessionStore(session))


def opened_by(user: User, kept: Mapping[str, Any]) -> bool:
    """Whether what a session holds is that person's, as of the present password."""
    made_with = kept.get(HASH_SESSION_KEY, "")
    now = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return kept.get(SESSION_KEY) == str(user.pk) and any(
        constant_time_compare(made_with, each) for each in now
    )
