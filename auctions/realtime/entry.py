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

from auctions.domain.visibility import Viewer
from auctions.realtime import messages as m
from auctions.realtime.observing import admitted_link
from auctions.realtime.snapshots import you_of
from auctions.services.errors import ObserverLinkInvalid
from auctions.services.observers import place_by, still_works
from auctions.services.policies import Place, place_of
from crm_core.access.actor import Actor, actor_for, load_actor
from crm_core.access.errors import NotAMember, NotSignedIn
from crm_core.access.keys import redeem_ticket
from crm_core.people.models import User
from kernel.errors import FairfallError

LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
_DATABASE_SESSIONS = "django.contrib.sessions.backends.db"


@dataclass(frozen=True, slots=True)
class Guest:
    """An admitted person: who, for which company, in which place.

    Whoever came by an observer link has neither user nor company, but ``link_id``.
    """

    user_id: UUID | None
    company_id: UUID | None
    session: str | None  # the browser session's key; None: came by ticket or link
    language: str
    place: Place
    link_id: UUID | None = None

    @property
    def viewer(self) -> Viewer:
        return self.place.viewer

    @property
    def you(self) -> m.You:
        """How the socket is told whom it speaks for."""
        return you_of(self.place)


@partial(database_sync_to_async, thread_sensitive=False)
def admit(scope: Mapping[str, Any], query: Mapping[str, list[str]], auction_id: UUID) -> Guest:
    """The guest. Raises NotSignedIn, TicketInvalid, NotAMember, CompanyRequired, AuctionUnknown,
    NotAllowed, ObserverLinkInvalid or TooManyObservers."""
    if secrets := query.get("observer"):
        link = admitted_link(scope, secrets[0], auction_id)
        language = _language(scope, settings.LANGUAGE_CODE)
        return Guest(None, None, None, language, place_by(link), link_id=link.pk)
    actor, user, session = _actor(scope, query)
    place = place_of(actor, auction_id)
    if place.party is not None and session and settings.SESSION_ENGINE == _DATABASE_SESSIONS:
        place = replace(place, party=replace(place.party, session=session))
    language = user.language if user.language in LANGUAGES else settings.LANGUAGE_CODE
    return Guest(actor.user_id, actor.company_id, session, _language(scope, language), place)


def _language(scope: Mapping[str, Any], otherwise: str) -> str:
    cookie = scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME)
    return cookie if cookie in LANGUAGES else otherwise


def _actor(
    scope: Mapping[str, Any], query: Mapping[str, list[str]]
) -> tuple[Actor, User, str | None]:
    tickets = query.get("ticket")
    if tickets:
        actor = redeem_ticket(tickets[0])
        return actor, User.objects.get(pk=actor.user_id), None
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
    return actor_for(user, company_id), user, key


@partial(database_sync_to_async, thread_sensitive=False)
def still_welcome(guest: Guest, auction_id: UUID) -> FairfallError | None:
    """Why the guest may stay no longer; None where it may."""
    if guest.user_id is None or guest.company_id is None:
        works = guest.link_id is not None and still_works(guest.link_id)
        return None if works else ObserverLinkInvalid()
    try:
        if guest.session is not None:
            engine = import_module(settings.SESSION_ENGINE)
            if not engine.SessionStore().exists(guest.session):
                return NotSignedIn()
        place = place_of(load_actor(guest.user_id, guest.company_id), auction_id)
    except FairfallError as error:
        return error
    # A seat given anew, or rights that changed: connect again to be seen anew.
    return None if (place.viewer, place.may) == (guest.viewer, guest.place.may) else NotAMember()
