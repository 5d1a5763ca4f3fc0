"""All sockets of a process are looked at together, and each is judged by its own rights."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from auctions.models import Seat
from auctions.realtime import recheck
from auctions.realtime.entry import Guest
from auctions.realtime.recheck import unwelcome
from auctions.selectors import load
from auctions.services.admission import remove_company
from auctions.services.policies import place_of
from crm_core.access.errors import NotAMember
from crm_core.access.keys import revoke_token
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from kernel.clock import utc_now
from tests.people import make_token
from tests.rooms import Room, Supplier, company, open_room


def guest_of(room: Room, person: Supplier, *, token_id: UUID | None = None) -> Guest:
    browser = Browser()
    browser.force_login(User.objects.get(pk=person.user.pk))
    place = place_of(person.actor, room.id)
    session = None if token_id is not None else browser.session.session_key
    return Guest(person.user.pk, person.company.pk, session, "en", place, token_id=token_id)


def left(user_id: UUID | None) -> None:
    """As if the message to the socket had been lost."""
    Membership.objects.filter(user_id=user_id).update(active=False, left_at=utc_now())


def codes(guests: list[Guest], room: Room) -> list[str | None]:
    reasons = unwelcome(guests, room.id, load(room.id))
    return [None if reason is None else reason.code for reason in reasons]


@pytest.mark.django_db(transaction=True)
def test_each_loses_its_place_for_its_own_reason() -> None:
    room = open_room(6)
    token, _ = make_token(room.suppliers[5].actor, name="robot")
    guests = [guest_of(room, person) for person in room.suppliers[:5]]
    guests += [guest_of(room, room.suppliers[5], token_id=token.pk), guest_of(room, room.buyer)]
    assert codes(guests, room) == [None] * 7

    Session.objects.filter(pk=guests[0].session).delete()
    left(guests[1].user_id)
    Membership.objects.filter(user_id=guests[2].user_id).update(role=Role.AUDITOR)
    changed = User.objects.get(pk=guests[3].user_id)
    changed.set_password("another horse")
    changed.save()
    remove_company(
        actor=room.buyer.actor, auction_id=room.id, reason="Withdrawn",
        company_id=room.suppliers[4].company.pk,
    )  # fmt: skip
    revoke_token(actor=room.suppliers[5].actor, token_id=token.pk)

    assert codes(guests, room) == [
        "access.not_signed_in",
        "access.not_a_member",
        "access.not_a_member",
        "access.not_signed_in",
        "gate.not_allowed",
        "access.not_signed_in",
        None,
    ]


@pytest.mark.django_db(transaction=True)
def test_a_person_without_a_place_any_more_is_told_that_there_is_no_such_auction() -> None:
    room = open_room(1)
    guest = guest_of(room, room.suppliers[0])
    Seat.objects.filter(auction_id=room.id).update(company=company(Role.BIDDER, sells=True).company)

    assert codes([guest], room) == ["auction.unknown"]


@pytest.mark.django_db(transaction=True)
def test_the_number_of_queries_does_not_grow_with_the_guests(
    django_assert_num_queries: type[CaptureQueriesContext],
) -> None:
    room = open_room(8)
    state = load(room.id)
    guests = [guest_of(room, person) for person in room.suppliers]

    for some in (guests[:1], guests):
        with django_assert_num_queries(5):
            assert unwelcome(some, room.id, state) == [None] * len(some)


async def test_an_auction_that_cannot_be_looked_at_keeps_no_other_from_it(monkeypatch) -> None:
    broken, sound = uuid4(), uuid4()
    ended: list[UUID] = []

    async def ask(guests, auction_id, state):
        if auction_id == broken:
            raise RuntimeError("cannot be read")
        return [NotAMember() for _ in guests]

    monkeypatch.setattr(recheck, "_ask", ask)
    monkeypatch.setattr(recheck, "EVERY", 0.0)
    looks = recheck.Rechecks(lambda _auction: None)

    def ending(auction_id: UUID):
        async def end(_reason) -> None:
            ended.append(auction_id)

        return end

    for auction_id in (broken, sound):
        looks.enter(object(), auction_id, None, ending(auction_id))  # type: ignore[arg-type]
    await looks._look()
    await asyncio.sleep(0)

    assert ended == [sound]
