"""Whoever joins another side of an auction later takes no part in it any more, on either side."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from auctions.domain import commands as cmd
from auctions.domain.terms import KeyKeeper, SealedTerms
from auctions.models import Seat
from auctions.realtime.answers import Work
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.errors import NotAllowed, OnTwoSides
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import Party, officer_party
from auctions.selectors import load
from auctions.services import admission, closing, observers, seeds
from auctions.services import sealing as service
from auctions.services.policies import place_of, places_of
from crm_core.access.actor import load_actor
from crm_core.companies.models import Company, Membership, Role
from crm_core.people.models import User
from kernel import random_end, sealing
from kernel.clock import utc_now
from tests.rooms import Room, Supplier, company, open_room
from tests.services import test_random_end as random_rooms
from tests.services import test_sealed_offers as sealed_rooms
from tests.services.test_sealed_offers import AUDITOR, WRAPPED, decided

pytestmark = pytest.mark.django_db
FUTURE = {"starts_at": utc_now() + timedelta(hours=1)}


def joins(person: Supplier, other: Company, role: Role = Role.BIDDER) -> Supplier:
    """The person in its second company."""
    Membership.objects.create(user=person.user, company=other, role=role)
    return Supplier(other, person.user, person.seat)


def leaves(person: Supplier) -> None:
    Membership.objects.filter(user=person.user, company=person.company).update(
        active=False, left_at=utc_now()
    )


def running_room(suppliers: int = 2, **changes: Any) -> Room:
    """A lot that started a minute ago; everybody accepted the terms."""
    room = open_room(suppliers, starts_at=utc_now() - timedelta(minutes=1), **changes)
    for each in room.suppliers:
        decided(room, cmd.AcceptTerms(each.seat, 1, room.terms.digest(), room.ref()), each)
    return room


def answer(room: Room, command: cmd.Command, party: Party) -> str:
    """``ack``, or the code of the refusal."""
    with connection.cursor() as cursor:
        ruling = decide_in_transaction(cursor, room.id, [Work(command, party, utc_now())])
    told = ruling.answers[0][1]
    assert isinstance(told, Ack | Refused)
    return "ack" if isinstance(told, Ack) else told.code


def bids(room: Room, by: Supplier, amount: str = "900.00") -> str:
    return answer(room, room.bid(by, amount), by.party)


def arbiter() -> Supplier:
    return company(Role.ARBITER, operates=True)


def seen(person: Supplier, room: Room) -> str:
    try:
        return place_of(person.actor, room.id).role
    except OnTwoSides as error:
        return error.code


REFUSED = OnTwoSides.code


@pytest.mark.parametrize("elsewhere", ["seat", "buyer", "neutral"])
@pytest.mark.parametrize("role", [Role.BIDDER, Role.SIGNATORY])
def test_a_supplier_that_joins_another_side_bids_for_neither(elsewhere: str, role: Role) -> None:
    room = running_room()
    one, two = room.suppliers
    other = {"seat": two, "buyer": room.buyer, "neutral": arbiter()}[elsewhere]
    assert bids(room, one) == "ack"
    before = room.kinds()

    second = joins(one, other.company, Role.ARBITER if elsewhere == "neutral" else role)

    assert bids(room, one, "890.00") == REFUSED
    assert (seen(one, room), seen(second, room)) == (REFUSED, REFUSED)
    if elsewhere == "seat" and role is Role.BIDDER:
        assert bids(room, Supplier(two.company, one.user, two.seat), "880.00") == REFUSED
    assert room.kinds() == before, "nothing is recorded"
    # The colleagues of the two go on.
    assert bids(room, two, "880.00") == "ack"
    assert seen(room.buyer, room) == "buyer"
    leaves(second)
    assert bids(room, one, "870.00") == "ack"
    assert seen(one, room) == "supplier"


def test_whoever_acts_elsewhere_as_well_is_not_stopped() -> None:
    room = running_room(3)
    one, two, gone = room.suppliers
    admission.remove_company(
        actor=room.buyer.actor, auction_id=room.id, company_id=gone.company.pk, reason="Mistake"
    )
    joins(one, company(Role.BIDDER, sells=True).company)  # at no table here
    joins(one, company(Role.OFFICER, buys=True).company, Role.OFFICER)
    joins(one, gone.company)  # whose seat was taken back
    assert Seat.objects.filter(auction=room.id, company=gone.company).exists()
    for role in (Role.PLATFORM_ADMIN, Role.VERIFIER):  # the operator's, and no neutral person
        joins(two, company(role, operates=True).company, role)
    assert (bids(room, one), bids(room, two, "890.00")) == ("ack", "ack")
    assert (seen(one, room), seen(two, room)) == ("supplier", "supplier")
    officer = joins(room.buyer, company(Role.OFFICER, buys=True).company, Role.OFFICER)
    other = open_room(1, **FUTURE)
    assert seen(officer, open_of(officer, other)) == "buyer"
    pause = cmd.Pause(by=cmd.Officer.BUYER, reason="Look.", ref=room.ref())
    assert answer(room, pause, room.officer) == "ack"
    neutral = joins(arbiter(), company(Role.BIDDER, sells=True).company)
    acting = Supplier(
        Membership.objects.get(user=neutral.user, role=Role.ARBITER).company, neutral.user
    )
    assert seen(acting, room) == "neutral"


def open_of(officer: Supplier, other: Room) -> Room:
    """The other room, given to the officer's second company."""
    other.auction.owner = officer.company
    other.auction.save(update_fields=["owner"])
    return other


def test_staff_that_only_looks_after_the_platform_keeps_its_view_without_prices() -> None:
    room = running_room()
    admin = company(Role.PLATFORM_ADMIN, operates=True)
    joins(admin, room.suppliers[0].company)
    assert seen(admin, room) == "observer"
    assert place_of(admin.actor, room.id).party is None


@pytest.mark.parametrize("elsewhere", ["seat", "neutral"])
def test_an_officer_that_joins_another_side_runs_nothing(elsewhere: str) -> None:
    room = running_room()
    one = room.suppliers[0]
    second = company(Role.BIDDER, sells=True)
    if elsewhere == "seat":
        joins(room.buyer, one.company)
    else:
        joins(room.buyer, arbiter().company, Role.ARBITER)
    ref = room.ref()
    pause = cmd.Pause(by=cmd.Officer.BUYER, reason="Look.", ref=ref)
    assert answer(room, pause, room.officer) == REFUSED
    actor = room.buyer.actor
    for act in (
        lambda: closing.cancel(actor=actor, auction_id=room.id, reason="No.", ref=ref),
        lambda: closing.annul(actor=actor, auction_id=room.id, reason="No.", ref=ref),
        lambda: closing.disqualify(
            actor=actor, auction_id=room.id, seat=one.seat, reason="No.", ref=ref
        ),
        lambda: admission.admit_company(
            actor=actor, auction_id=room.id, company_id=second.company.pk
        ),
        lambda: admission.remove_company(
            actor=actor, auction_id=room.id, company_id=one.company.pk, reason="No."
        ),
        lambda: observers.create_link(actor=actor, auction_id=room.id, label="A friend"),
    ):
        with pytest.raises(OnTwoSides):
            act()
    colleague = officer_of(room)
    closing.cancel(actor=colleague.actor, auction_id=room.id, reason="No.", ref=room.ref())
    assert not load(room.id).phase.is_open


def officer_of(room: Room) -> Supplier:
    user = User.objects.create_user(f"officer-{room.id}@example.org")
    Membership.objects.create(user=user, company=room.buyer.company, role=Role.OFFICER)
    return Supplier(room.buyer.company, user)


def test_after_the_end_one_may_look_and_decide_nothing() -> None:
    room = running_room()
    one = room.suppliers[0]
    assert bids(room, one) == "ack"
    due = load(room.id).lots[1].deadline
    sealed_rooms.decided_at(room.id, cmd.Tick(due), due)
    assert not load(room.id).phase.is_open
    joins(room.buyer, one.company)
    assert seen(room.buyer, room) == "buyer"

    def award(by: Supplier) -> None:
        closing.record_award(
            actor=by.actor, auction_id=room.id, lot=1, seat=one.seat, amount=Decimal("900.00"),
            reason="The lowest.", ref=room.ref(),
        )  # fmt: skip

    with pytest.raises(OnTwoSides):
        award(room.buyer)
    assert "award_recorded" not in room.kinds()
    award(officer_of(room))
    assert room.kinds()[-1] == "award_recorded"


def test_consent_is_refused_and_declining_is_not() -> None:
    room = open_room(2, **FUTURE)
    one, two = room.suppliers
    second = joins(one, two.company)

    def accept(by: Supplier) -> None:
        admission.accept_terms(
            actor=by.actor, auction_id=room.id, version=1, terms_hash=room.terms.digest(),
            ref=room.ref(),
        )  # fmt: skip

    for by in (one, second):
        with pytest.raises(OnTwoSides):
            accept(by)
    admission.decline(actor=second.actor, auction_id=room.id)
    accept(one)  # one side is left
    with pytest.raises(NotAllowed):
        place_of(second.actor, room.id)


@pytest.mark.parametrize("elsewhere", ["seat", "buyer"])
def test_a_neutral_person_of_another_side_decides_nothing(elsewhere: str) -> None:
    room = running_room()
    keeper = arbiter()
    party = officer_party(cmd.Officer.NEUTRAL, user_id=keeper.user.pk, company_id=keeper.company.pk)

    def pause() -> str:
        command = cmd.Pause(by=cmd.Officer.NEUTRAL, reason="Look.", ref=room.ref())
        return answer(room, command, party)

    other = room.suppliers[0] if elsewhere == "seat" else room.buyer
    second = joins(keeper, other.company, Role.CATALOG_MANAGER)
    assert pause() == REFUSED
    assert seen(keeper, room) == REFUSED
    leaves(second)
    assert seen(keeper, room) == "neutral"
    assert pause() == "ack"


@pytest.mark.parametrize("keeper_is", KeyKeeper)
def test_a_keeper_of_another_side_neither_makes_nor_hands_over_nor_opens(
    keeper_is: KeyKeeper,
) -> None:
    room = sealed_rooms.sealed_room(sealed=SealedTerms(keeper=keeper_is))

    def person() -> Supplier:
        if keeper_is is KeyKeeper.NEUTRAL:
            return arbiter()
        user = User.objects.create_user(f"a{User.objects.count()}@example.org")
        Membership.objects.create(user=user, company=room.buyer.company, role=Role.AUDITOR)
        return Supplier(room.buyer.company, user)

    biased, first, second = person(), person(), person()
    joins(biased, room.suppliers[0].company, Role.FINANCE)
    public = sealing.public_key_of(AUDITOR).hex()

    def make(by: Supplier) -> None:
        service.set_auditor_key(
            actor=by.actor, auction_id=room.id, public_key=public, wrapped=WRAPPED
        )

    def hand_over(by: Supplier) -> None:
        service.hand_over(actor=by.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=True)

    with pytest.raises(OnTwoSides):
        make(biased)
    make(first)
    sealed_rooms.offer(room, room.suppliers[0], "745.50")
    sealed_rooms.past_the_deadline(room)
    with pytest.raises(OnTwoSides):
        hand_over(biased)
    with pytest.raises(OnTwoSides):
        service.progress(actor=biased.actor, auction_id=room.id)
    hand_over(first)
    for officer in (False, True):
        if officer:
            joins(room.buyer, room.suppliers[1].company)
        with pytest.raises(OnTwoSides):
            service.open_offers(actor=(room.buyer if officer else biased).actor, auction_id=room.id)
    with pytest.raises(OnTwoSides):
        service.office_keys(actor=room.buyer.actor, auction_id=room.id)
    service.open_offers(actor=second.actor, auction_id=room.id)
    assert load(room.id).lots[1].winner == room.suppliers[0].seat


def test_a_keeper_of_another_side_opens_no_seed() -> None:
    room, keeper = random_rooms.over()
    joins(keeper, room.suppliers[0].company)
    seed = random_end.auditor_seed(random_rooms.SECRET).hex()
    with pytest.raises(OnTwoSides):
        seeds.open_seeds(actor=keeper.actor, auction_id=room.id, seed=seed)
    seeds.open_seeds(actor=arbiter().actor, auction_id=room.id, seed=seed)


def test_it_costs_a_bid_and_a_look_no_query() -> None:
    room = running_room()
    one, two = room.suppliers

    def queries(by: Supplier, amount: str) -> tuple[int, int]:
        command = room.bid(by, amount)
        with connection.cursor() as cursor, CaptureQueriesContext(connection) as deciding:
            ruling = decide_in_transaction(cursor, room.id, [Work(command, by.party, utc_now())])
        assert isinstance(ruling.answers[0][1], Ack)
        actor = by.actor
        with CaptureQueriesContext(connection) as looking:
            place_of(actor, room.id)
        return len(deciding), len(looking)

    bids(room, one, "950.00")
    bids(room, two, "949.00")
    plain = queries(one, "900.00")
    for _ in range(3):
        joins(two, company(Role.BIDDER, sells=True).company)
    assert queries(two, "890.00") == plain
    with CaptureQueriesContext(connection) as one_look:
        list(places_of([one.actor], room.id, load(room.id)))
    actors = [one.actor, two.actor, room.buyer.actor]
    state = load(room.id)
    with CaptureQueriesContext(connection) as three_looks:
        found = list(places_of(actors, room.id, state))
    assert len(three_looks) == 2 < len(one_look)
    assert [each.role for each in found if not isinstance(each, Exception)] == [
        "supplier", "supplier", "buyer",
    ]  # fmt: skip


def test_those_at_the_sockets_are_judged_each_by_its_own_sides() -> None:
    room = running_room()
    one, two = room.suppliers
    joins(one, room.buyer.company, Role.REQUESTER)
    actors = [one.actor, two.actor, load_actor(one.user.pk, room.buyer.company.pk)]
    found = list(places_of(actors, room.id, load(room.id)))
    assert [getattr(each, "code", None) for each in found] == [
        REFUSED, None, "auction.unknown",  # a requester has no place at all
    ]  # fmt: skip
