"""Who took which part in an opening: written by the services, told by page, feed and protocol."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from auctions.domain import commands as cmd
from auctions.domain.formats.sealed import purpose
from auctions.domain.terms import Format, KeyKeeper, SealedTerms
from auctions.models import SealingKey
from auctions.realtime.snapshots import snapshot_for
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services import seeds
from auctions.services.policies import place_of
from auctions.services.verifying import verification_for
from crm_core.companies.models import Membership, Role
from crm_core.people.models import User
from kernel import random_end, sealing
from kernel.clock import utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import publishing
from tests import tender_house as house
from tests.rooms import Room, Supplier
from tests.services import test_random_end as random_rooms
from tests.services import test_sealed_offers as sealed_rooms
from tests.services import test_sealed_round_offers as round_rooms
from tests.services.test_protocol_pdf import text_of
from tests.services.test_sealed_offers import WRAPPED
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SECRET = (7).to_bytes(32)  # of the auditor, in every room here


def neutral() -> Supplier:
    return sealed_rooms.neutral()


@dataclass(slots=True)
class Waiting:
    """A room whose offers wait for their opening, and those who may keep the auditor's key."""

    room: Room
    first: Supplier
    second: Supplier


def auditors(room: Room) -> list[Supplier]:
    """Two auditors of the buyer's company."""
    found = []
    for number in range(2):
        user = User.objects.create_user(f"auditor{number}-{room.id}@example.org")
        Membership.objects.create(user=user, company=room.buyer.company, role=Role.AUDITOR)
        found.append(Supplier(room.buyer.company, user))
    return found


def sealed(keeper: KeyKeeper, name: Format = Format.SEALED) -> Waiting:
    room = sealed_rooms.sealed_room(format=name, sealed=SealedTerms(keeper=keeper))
    first, second = keepers(room, keeper)
    public = sealing.public_key_of(SECRET).hex()
    service.set_auditor_key(
        actor=first.actor, auction_id=room.id, public_key=public, wrapped=WRAPPED
    )
    for each, amount in zip(room.suppliers, ("745.50", "745.49"), strict=True):
        sealed_rooms.offer(room, each, amount)
    sealed_rooms.past_the_deadline(room)
    return Waiting(room, first, second)


def vickrey(keeper: KeyKeeper) -> Waiting:
    return sealed(keeper, Format.VICKREY)


def rounds(keeper: KeyKeeper) -> Waiting:
    room = round_rooms.rounds_room(keeper=keeper)
    first, second = keepers(room, keeper)
    service.set_round_keys(actor=first.actor, auction_id=room.id, keys=round_rooms.made_keys())
    for each, amount in zip(room.suppliers, ("900", "890"), strict=True):
        round_rooms.offer(room, each, amount)
    round_rooms.due_now(room)
    return Waiting(room, first, second)


def final(keeper: KeyKeeper) -> Waiting:
    room = random_rooms.random_room(keeper=keeper)
    first, second = keepers(room, keeper)
    random_rooms.make(room, first)
    random_rooms.started(room)
    begins = load(room.id).lots[1].random_end
    assert begins is not None
    for each, amount in zip(room.suppliers, ("800", "790"), strict=True):
        random_rooms.bid(room, each, amount, begins.begins)
    sealed_rooms.past_the_deadline(room)
    seeds.open_seeds(
        actor=first.actor, auction_id=room.id, seed=random_end.auditor_seed(SECRET).hex()
    )
    sealed_rooms.offer(room, room.suppliers[0], "743.19")
    sealed_rooms.past_the_deadline(room)
    return Waiting(room, first, second)


def keepers(room: Room, keeper: KeyKeeper) -> list[Supplier]:
    return auditors(room) if keeper is KeyKeeper.AUDITOR else [neutral(), neutral()]


def roles(room: Room) -> list[dict[str, str]]:
    """What the ledger says of the two parts, without keys and moments."""
    kept = ("key_handed_over", "offers_opened")
    return [
        {name: body for name, body in each.body.items() if name.endswith(("by", "means"))}
        for each in room.entries()
        if each.kind in kept
    ]


ROOMS: list[Callable[[KeyKeeper], Waiting]] = [sealed, vickrey, rounds, final]


@pytest.mark.parametrize("keeper", KeyKeeper)
@pytest.mark.parametrize("made", ROOMS)
def test_officer_and_second_person_open_with_the_same_copy_and_the_ledger_tells_them_apart(
    made: Callable[[KeyKeeper], Waiting], keeper: KeyKeeper
) -> None:
    said = {}
    for who in ("officer", "second"):
        waiting = made(keeper)
        room = waiting.room
        service.hand_over(
            actor=waiting.first.actor, auction_id=room.id, key=SECRET.hex(), by_sheet=False
        )
        opens = room.buyer if who == "officer" else waiting.second
        service.open_offers(actor=opens.actor, auction_id=room.id)
        said[who] = roles(room)
        for actor in (room.buyer.actor, *(each.actor for each in room.suppliers)):
            if load(room.id).phase.is_open:
                continue  # of a round: it is verified after the last one
            found = verification_for(actor, place_of(actor, room.id))
            assert found.report.passed, found.report
        assert str(opens.user.pk) not in json.dumps([each.body for each in room.entries()])
    handed = {"by": keeper.value, "means": "person"}
    both = {"auditor_means": "person", "office_means": "platform", "auditor_by": keeper.value}
    assert said["officer"] == [handed, {**both, "office_by": "officer"}]
    assert said["second"] == [handed, {**both, "office_by": keeper.value}]


def test_the_sheet_and_the_file_say_who_used_them() -> None:
    waiting = sealed(KeyKeeper.NEUTRAL)
    room = waiting.room
    file = service.office_key(actor=room.buyer.actor, auction_id=room.id)
    SealingKey.objects.filter(auction=room.id, holder="office").update(sealed=bytes(60))
    # Typed by another neutral person than the one who made the key.
    service.hand_over(
        actor=waiting.second.actor, auction_id=room.id, key=SECRET.hex(), by_sheet=True
    )
    service.open_offers(actor=room.buyer.actor, auction_id=room.id, office_key=file)
    assert roles(room) == [
        {"by": "neutral", "means": "recovery"},
        {
            "auditor_means": "recovery",
            "office_means": "file",
            "auditor_by": "neutral",
            "office_by": "officer",
        },
    ]


def page(person: Supplier, room: Room) -> str:
    made = Client()
    made.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return made.get(f"/auctions/{room.id}/opening/").content.decode()


OFFICERS = "by the buyer&#x27;s officer, with the key from the platform&#x27;s copy"
SECONDS = "by a second neutral person of the platform, with the key from the platform&#x27;s copy"
HANDED = "by a neutral person of the platform, unlocked by its keeper"


@pytest.mark.parametrize("who", ["officer", "second"])
def test_the_page_tells_who_took_part_and_before_that_who_may(who: str) -> None:
    waiting = sealed(KeyKeeper.NEUTRAL)
    room = waiting.room
    before = page(room.buyer, room)
    assert "with the key of the buyer or of the platform" in before
    assert 'id="parts"' not in before
    service.hand_over(
        actor=waiting.first.actor, auction_id=room.id, key=SECRET.hex(), by_sheet=False
    )
    assert HANDED in page(room.buyer, room)
    opens = room.buyer if who == "officer" else waiting.second
    service.open_offers(actor=opens.actor, auction_id=room.id)
    for reader in (room.buyer, waiting.first):
        told = page(reader, room).split('id="parts"')[1].split("</dl>")[0]
        assert HANDED in told
        assert (OFFICERS in told, SECONDS in told) == (who == "officer", who == "second")


def test_the_page_tells_of_every_round() -> None:
    waiting = rounds(KeyKeeper.NEUTRAL)
    room = waiting.room
    for number, opens in enumerate((waiting.second, room.buyer)):
        service.hand_over(
            actor=waiting.first.actor,
            auction_id=room.id,
            key=round_rooms.AUDITOR[number].hex(),
            by_sheet=False,
        )
        service.open_offers(actor=opens.actor, auction_id=room.id)
        if number == 0:
            round_rooms.due_now(room)
            for each, amount in zip(room.suppliers, ("800", "790"), strict=True):
                round_rooms.offer(room, each, amount)
            round_rooms.due_now(room)
    told = page(room.buyer, room).split('id="parts"')[1].split("</dl>")[0]
    first, second = told.split("Round 2: auditor's key handed over")
    assert SECONDS in first
    assert OFFICERS not in first
    assert OFFICERS in second
    found = service.progress(actor=room.buyer.actor, auction_id=room.id)
    assert found.state.sealing is not None
    assert [each.round for each in found.state.sealing.openings] == [1, 2]


def test_the_feed_tells_it_to_buyer_supplier_and_neutral_person_alike() -> None:
    waiting = sealed(KeyKeeper.NEUTRAL)
    room = waiting.room
    service.hand_over(
        actor=waiting.first.actor, auction_id=room.id, key=SECRET.hex(), by_sheet=True
    )
    service.open_offers(actor=waiting.second.actor, auction_id=room.id)
    for person in (room.buyer, room.suppliers[0], waiting.first):
        snapshot = snapshot_for(place_of(person.actor, room.id), utc_now())
        items = {item.kind: item.data for item in snapshot.feed}
        assert items["key_handed_over"]["by"] == "neutral"
        assert items["key_handed_over"]["means"] == "recovery"
        opened = items["offers_opened"]
        assert (opened["auditor_by"], opened["office_by"]) == ("neutral", "neutral")
        assert "office_key" not in opened


def ended_tender(who: str) -> tuple[Any, list[Any], Tender]:
    """A tender in sealed offers, opened through the services by the officer or a second person."""
    officer, sellers = house.buyer(), [house.supplier("Baltmet AS"), house.supplier("Nordwerk")]
    made = house.draft(officer, sellers, format="sealed")
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    for seller in sellers:
        house.accept(seller, tender)
    first, second = neutral(), neutral()
    service.set_auditor_key(
        actor=first.actor,
        auction_id=tender.auction_id,
        public_key=sealing.public_key_of(SECRET).hex(),
        wrapped=WRAPPED,
    )
    keys = load(tender.auction_id).sealing
    assert keys is not None
    both = bytes.fromhex(keys.auditor), bytes.fromhex(keys.office)
    seats = auctioning.seats(tender)
    offers = []
    for seller, amount in zip(sellers, ("500.00", "512.34"), strict=True):
        seat = seats[seller.company_id]
        text = json.dumps({"amount": amount}).encode()
        envelope = sealing.seal(*both, purpose(seat, 1), text).hex()
        offers.append((MINUTE, cmd.PlaceSealedOffer(seat, 1, envelope, f"o-{seat}")))
    house.play(tender, [], also=offers)
    waits = load(tender.auction_id).seq
    service.hand_over(
        actor=first.actor, auction_id=tender.auction_id, key=SECRET.hex(), by_sheet=False
    )
    opens = officer if who == "officer" else second.actor
    service.open_offers(actor=opens, auction_id=tender.auction_id)
    house.follow(tender, after=waits)
    tender.refresh_from_db()
    return officer, sellers, tender


@pytest.mark.parametrize("who", ["officer", "second"])
def test_the_protocol_tells_it_as_page_document_and_file(who: str) -> None:
    officer, sellers, tender = ended_tender(who)
    for actor in (officer, *sellers):
        document = protocol_for(actor, tender)
        (told,) = document["ledger"]["openings"]
        role = "officer" if who == "officer" else "neutral"
        assert (told["auditor_by"], told["auditor_means"]) == ("neutral", "person")
        assert (told["office_by"], told["office_means"]) == (role, "platform")
        assert told["round"] == 0
        written = text_of(protocol_file(actor, tender).content)
        shown = signed_in(actor).get(f"/tenders/{tender.pk}/protocol/").content.decode()
        for text in (written, unescape(shown)):
            plain = " ".join(text.split())
            assert "by a neutral person of the platform, unlocked by its keeper" in plain
            by = "by the buyer's officer" if who == "officer" else "by a second neutral person"
            other = "by a second" if who == "officer" else "by the buyer's officer"
            assert by in plain
            assert other not in plain
    for language, words in (("ru", "закупщик"), ("uk", "закупівельник")):
        with translation.override(language):
            (told,) = protocol_for(officer, tender)["ledger"]["openings"]
            assert (words in told["office_text"]) == (who == "officer")


def test_a_protocol_without_sealed_offers_tells_of_no_opening() -> None:
    officer, sellers = house.buyer(), [house.supplier("Baltmet AS")]
    tender = house.published(officer, sellers)
    house.accept(sellers[0], tender)
    house.play(tender, [(MINUTE, sellers[0], "545")])
    tender.refresh_from_db()
    assert protocol_for(officer, tender)["ledger"]["openings"] == []
    assert "Offers opened" not in text_of(protocol_file(officer, tender).content)
