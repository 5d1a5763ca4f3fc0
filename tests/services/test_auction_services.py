"""Opening, seats and endings of auctions: with their callers' transactions, or not at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from auctions.domain.refusals import NotClosedYet, TermsHashDiffers
from auctions.domain.terms import Feedback, SoftClose, Trigger
from auctions.domain.terms_problems import Problem
from auctions.models import Auction, LotReserve, Seat
from auctions.realtime.errors import AuctionUnknown, NotAllowed
from auctions.relay_source import LedgerSource, subject_of
from auctions.selectors import load
from auctions.services import admission, closing, policies
from auctions.services.errors import ConflictOfInterest, SeatExists
from auctions.subject import AuctionSubject, subject_from
from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Company, Membership, Role
from crm_core.companies.models.profile import Person
from kernel.clock import utc_now
from tests.rooms import company, open_room

pytestmark = pytest.mark.django_db
FUTURE = {"starts_at": utc_now() + timedelta(days=1)}


def test_the_genesis_pins_terms_key_and_reserve_and_tells_no_names() -> None:
    room = open_room(3, reserve="812.50", **FUTURE)

    entries = room.entries()
    assert [entry.kind for entry in entries] == ["opened", *["seat_admitted"] * 3]
    text = b"".join(entry.body_json for entry in entries).decode()
    assert "812.5" not in text
    for person in [room.buyer, *room.suppliers]:
        assert person.company.legal_name not in text
    terms = load(room.id).rules
    assert terms.lots[0].reserve_commitment == LotReserve.objects.get(auction=room.id).commitment
    assert len(terms.platform_key) == 32
    assert Auction.objects.get(pk=room.id).due == terms.starts_at


def test_nobody_sits_on_both_sides_or_on_two_seats() -> None:
    room = open_room(1, **FUTURE)
    both = company(Role.BIDDER, sells=True)
    Membership.objects.create(user=room.suppliers[0].user, company=both.company, role=Role.BIDDER)

    with pytest.raises(ConflictOfInterest):
        admission.admit_company(
            actor=room.buyer.actor, auction_id=room.id, company_id=both.company.pk
        )
    with pytest.raises(ConflictOfInterest):
        admission.admit_company(
            actor=room.buyer.actor, auction_id=room.id, company_id=room.buyer.company.pk
        )
    assert Seat.objects.filter(auction=room.id).count() == 1


def owned(of: Company, name: str, country: str = "UA", born_on: date | None = None) -> None:
    Person.objects.create(
        company=of, capacity="owner", name=name, country=country, born_on=born_on, share=30
    )


@pytest.mark.parametrize("side", ["buyer", "supplier"])
def test_no_owner_of_a_quarter_sits_twice(side: str) -> None:
    room = open_room(1, **FUTURE)
    there = room.buyer.company if side == "buyer" else room.suppliers[0].company
    born = date(1970, 5, 1)
    owned(there, "Olena  Koval", born_on=born)
    namesake, same = company(Role.BIDDER, sells=True), company(Role.BIDDER, sells=True)
    owned(namesake.company, "Olena Koval", born_on=date(1980, 1, 1))
    owned(same.company, "olena koval", born_on=born)
    daughter = company(Role.BIDDER, sells=True)
    owned(daughter.company, there.legal_name, country=there.country)

    admission.admit_company(
        actor=room.buyer.actor, auction_id=room.id, company_id=namesake.company.pk
    )
    for other in (same, daughter):
        with pytest.raises(ConflictOfInterest):
            admission.admit_company(
                actor=room.buyer.actor, auction_id=room.id, company_id=other.company.pk
            )
    assert Seat.objects.filter(auction=room.id).count() == 2


def test_a_seat_taken_back_comes_again_under_another_code() -> None:
    room = open_room(1, **FUTURE)
    supplier = room.suppliers[0]
    with pytest.raises(SeatExists):
        admission.admit_company(
            actor=room.buyer.actor, auction_id=room.id, company_id=supplier.company.pk
        )
    admission.decline(actor=supplier.actor, auction_id=room.id)
    with pytest.raises(NotAllowed):
        policies.place_of(supplier.actor, room.id)
    again = admission.admit_company(
        actor=room.buyer.actor, auction_id=room.id, company_id=supplier.company.pk
    )

    assert again.code != supplier.seat
    assert policies.viewer_for(supplier.actor, room.id)[1].seat == again.code


def test_terms_are_accepted_by_their_hash_once() -> None:
    room = open_room(1, **FUTURE)
    actor, right = room.suppliers[0].actor, room.terms.digest()
    with pytest.raises(TermsHashDiffers):
        admission.accept_terms(
            actor=actor, auction_id=room.id, version=1, terms_hash="0" * 64, ref="a"
        )
    first = admission.accept_terms(
        actor=actor, auction_id=room.id, version=1, terms_hash=right, ref="b"
    )
    again = admission.accept_terms(
        actor=actor, auction_id=room.id, version=1, terms_hash=right, ref="b"
    )

    assert first.signature
    assert again.repeated
    assert again.signature == first.signature
    assert room.kinds().count("terms_accepted") == 1


def test_terms_that_leak_are_not_opened() -> None:
    hidden = Feedback(rank=False, lead=False)
    with pytest.raises(Problem) as problem:
        open_room(
            1,
            feedback=hidden,
            soft_close=SoftClose(trigger=Trigger.RANK_CHANGE),
            **FUTURE,
        )
    assert problem.value.code == "terms.rank_change_hidden"
    assert not Auction.objects.exists()


def test_an_award_before_the_close_is_refused_and_leaves_nothing() -> None:
    room = open_room(1, **FUTURE)
    buyer = room.buyer
    Membership.objects.filter(user=buyer.user).update(role=Role.OFFICER)
    with pytest.raises(NotClosedYet):
        closing.record_award(
            actor=buyer.actor, auction_id=room.id, lot=1, seat=room.suppliers[0].seat,
            amount=Decimal("1.00"), reason="", ref="award",
        )  # fmt: skip
    assert "award_recorded" not in room.kinds()


def test_an_entry_falls_with_its_callers_transaction() -> None:
    room = open_room(1, **FUTURE)

    def caller() -> None:
        with transaction.atomic():
            closing.cancel(actor=room.buyer.actor, auction_id=room.id, reason="Gone", ref="c")
            assert room.kinds()[-1] == "cancelled"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        caller()
    assert "cancelled" not in room.kinds()
    assert Auction.objects.get(pk=room.id).phase == "scheduled"


def test_only_the_owner_may_end_it_and_a_stranger_sees_nothing() -> None:
    room = open_room(1, **FUTURE)
    other, stranger = company(Role.OFFICER, buys=True), company(Role.BIDDER, sells=True)
    with pytest.raises(AuctionUnknown):
        closing.cancel(actor=other.actor, auction_id=room.id, reason="x", ref="x")
    with pytest.raises(AccessForbidden):
        closing.cancel(actor=room.suppliers[0].actor, auction_id=room.id, reason="x", ref="x")
    for actor in (other.actor, stranger.actor):
        with pytest.raises(AuctionUnknown):
            policies.place_of(actor, room.id)


def test_the_ledger_is_a_source_of_the_relay() -> None:
    room = open_room(2, **FUTURE)
    source = LedgerSource()

    events = source.read(subject_of(room.id), 1, 10)

    assert [event.seq for event in events] == [2, 3]
    assert {event.type for event in events} == {"auction.seat_admitted"}
    assert events[0].payload["auction"] == str(room.id)
    assert len({event.id for event in events}) == 2


def test_a_subject_survives_its_document() -> None:
    subject = AuctionSubject(urn="urn:x:1", reference="T-1", title="Сталь")
    assert subject_from(subject.document()) == subject
