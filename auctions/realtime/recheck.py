"""Whether those at the sockets may still be there: asked from time to time, of all together.

Signing out and a lost membership are told to the socket at once; that message may be lost. Every
command is checked anyway, inside its transaction.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from auctions.domain.state import AuctionState
from auctions.realtime.entry import DATABASE_SESSIONS, Guest, opened_by
from auctions.selectors import load
from auctions.services.errors import ObserverLinkInvalid
from auctions.services.observers import still_works
from auctions.services.policies import Place, places_of
from crm_core.access.actor import Actor, ByToken, Presence, load_actors
from crm_core.access.errors import NotAMember, NotSignedIn
from crm_core.access.keys import standings_of
from crm_core.people.models import User
from kernel.errors import FairfallError

log = logging.getLogger(__name__)

EVERY = 5.0  # seconds between two looks at one socket
AT_ONCE = 200


@dataclass(slots=True)
class _Inside:
    auction_id: UUID
    guest: Guest
    end: Callable[[FairfallError], Awaitable[None]]
    due: float


class Rechecks:
    """Everybody inside through this process. Of the event loop's thread only.

    ``state_of`` is what this process knows of an auction; None: nothing yet.
    """

    def __init__(self, state_of: Callable[[UUID], AuctionState | None]) -> None:
        self._state_of = state_of
        self._inside: dict[Any, _Inside] = {}
        self._ending: set[asyncio.Future[None]] = set()

    def enter(
        self,
        socket: Any,
        auction_id: UUID,
        guest: Guest,
        end: Callable[[FairfallError], Awaitable[None]],
    ) -> None:
        """Look after one more socket; ``end`` is told why its guest may stay no longer."""
        self._inside[socket] = _Inside(auction_id, guest, end, time.monotonic() + EVERY)

    def leave(self, socket: Any) -> None:
        """The socket is gone."""
        self._inside.pop(socket, None)

    async def run(self) -> None:
        """Look for ever; a database that is away lets everybody stay until it is back."""
        while True:
            await asyncio.sleep(EVERY / 10)
            try:
                await self._look()
            except Exception as error:
                log.warning("who is inside cannot be looked at: %s", error)

    async def _look(self) -> None:
        now = time.monotonic()
        due: defaultdict[UUID, list[_Inside]] = defaultdict(list)
        for inside in self._inside.values():
            if inside.due <= now:
                due[inside.auction_id].append(inside)
        for auction_id, everybody in due.items():
            for start in range(0, len(everybody), AT_ONCE):
                some = everybody[start : start + AT_ONCE]
                try:
                    await self._look_at(some, auction_id)
                except Exception as error:
                    # Those of the other auctions are looked at all the same, these again soon.
                    log.warning("who is inside %s cannot be looked at: %s", auction_id, error)

    async def _look_at(self, some: Sequence[_Inside], auction_id: UUID) -> None:
        guests = [inside.guest for inside in some]
        reasons = await _ask(guests, auction_id, self._state_of(auction_id))
        for inside, reason in zip(some, reasons, strict=True):
            inside.due = time.monotonic() + EVERY
            if reason is not None:
                self._end(inside, reason)

    def _end(self, inside: _Inside, reason: FairfallError) -> None:
        """On a task of its own: a socket that cannot be written to must not hold up the others."""
        task = asyncio.ensure_future(inside.end(reason))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


def unwelcome(
    guests: Sequence[Guest], auction_id: UUID, state: AuctionState | None
) -> list[FairfallError | None]:
    """Why each guest may stay no longer; None where it may. A few queries for all of them."""
    facts = _Facts(guests, auction_id, state)
    return [facts.reason(guest) for guest in guests]


_ask = partial(database_sync_to_async, thread_sensitive=False)(unwelcome)


class _Facts:
    """What is known now about some guests of one auction."""

    def __init__(
        self, guests: Sequence[Guest], auction_id: UUID, state: AuctionState | None
    ) -> None:
        links = {guest.link_id for guest in guests if guest.link_id is not None}
        self._links = {link for link in links if still_works(link)}
        self._tokens = standings_of({each.token_id for each in guests if each.token_id})
        people = {presence for guest in guests if (presence := self._presence(guest)) is not None}
        actors = load_actors(people)
        self._users = User.objects.in_bulk({user for user, _, _ in people})
        self._sessions = _sessions({each.session for each in guests if each.session is not None})
        self._places = _places(actors, auction_id, state)

    def reason(self, guest: Guest) -> FairfallError | None:
        if guest.user_id is None or guest.company_id is None:
            return None if guest.link_id in self._links else ObserverLinkInvalid()
        if guest.session is not None and not self._signed_in(guest.user_id, guest.session):
            return NotSignedIn()
        if guest.token_id is not None:
            token = self._tokens[guest.token_id]
            if isinstance(token, FairfallError):
                return token
        place = self._places.get(self._presence(guest), NotAMember())
        if isinstance(place, FairfallError):
            return place
        # A seat given anew, or rights that changed: connect again to be seen anew.
        if (place.viewer, place.may) != (guest.viewer, guest.place.may):
            return NotAMember()
        return None

    def _presence(self, guest: Guest) -> Presence | None:
        """Whose rights count; None where nobody's do."""
        if guest.user_id is None or guest.company_id is None:
            return None
        if guest.token_id is None:
            return guest.user_id, guest.company_id, None
        token = self._tokens[guest.token_id]
        return (guest.user_id, guest.company_id, token) if isinstance(token, ByToken) else None

    def _signed_in(self, user_id: UUID, session: str) -> bool:
        user = self._users.get(user_id)
        return user is not None and opened_by(user, self._sessions.get(session, {}))


def _sessions(keys: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """What the open ones among these browser sessions hold."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    if settings.SESSION_ENGINE != DATABASE_SESSIONS:
        return {key: store(key) for key in keys}
    open_now = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return {each.session_key: store().decode(each.session_data) for each in open_now}


def _places(
    actors: Mapping[Presence, Actor], auction_id: UUID, state: AuctionState | None
) -> dict[Presence | None, Place | FairfallError]:
    if not actors:
        return {}
    known = load(auction_id) if state is None else state
    return dict(zip(actors, places_of(actors.values(), auction_id, known), strict=True))
