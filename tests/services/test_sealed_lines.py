"""Sealed offers on a lot with positions through the services: hidden, opened, told and kept."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from auctions.domain import commands as cmd
from auctions.domain.formats.sealed import purpose
from auctions.domain.rules.sealed_lines import envelope_bytes, text_bytes
from auctions.domain.terms import Format, LineTerms, LotTerms, SealedRoundsTerms
from auctions.domain.visibility import Role as Seer
from auctions.domain.visibility import Viewer
from auctions.realtime.answers import Work
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.messages import Refused
from auctions.realtime.rendering import Renderer
from auctions.selectors import load
from auctions.services import sealing as service
from auctions.services.own_bids import own_bids, workbook
from auctions.services.policies import place_of, surroundings
from auctions.services.verifying import export_for, verification_for
from kernel import sealing
from kernel.clock import utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import ending, lines, publishing
from marketplace.tenders.services.lines import LineInput
from marketplace.tenders.wording import in_words
from tests import tender_house as house
from tests.made_up_time import decided_at
from tests.rooms import LOT, Room, Supplier
from tests.services.test_protocol_pdf import text_of
from tests.services.test_sealed_offers import (
    AUDITOR,
    decided,
    past_the_deadline,
    sealed_room,
    with_keys,
)
from tests.services.test_sealed_round_offers import due_now
from tests.services.test_sealed_round_offers import opened as opened_round
from tests.services.test_sealed_round_offers import with_keys as with_round_keys
from tests.whole_database import everything_kept

pytestmark = pytest.mark.django_db
POSITIONS = (
    LineTerms(1, "Bolt", Decimal(1000), "C62", scale=4),
    LineTerms(2, "Nut", Decimal(1000), "C62", scale=4, ceiling=Decimal("0.2")),
)
SECRETS = ("0.4321", "0.1234")
SECRET_TOTAL = "555.50"


def lines_room(**changes: Any) -> Room:
    lot = LotTerms(
        number=1, title="Fasteners", quantity=Decimal(1), unit="LO", ceiling=Decimal("1000.00"),
        lines=POSITIONS,
    )  # fmt: skip
    about = replace(LOT, unit_label="lot", line_labels=("pcs", "pcs"))
    return sealed_room(2, lot=about, lots=(lot,), **changes)


def rounds_of_lines() -> Room:
    own = SealedRoundsTerms(
        rounds=3, length=timedelta(minutes=10), pause=timedelta(minutes=1), least_active=0
    )
    return lines_room(format=Format.SEALED_ROUNDS, sealed=None, sealed_rounds=own)


def enveloped(room: Room, by: Supplier, prices: tuple[str, ...]) -> str:
    keys, lot = load(room.id).sealing, load(room.id).rules.lots[0]
    assert keys is not None
    text = json.dumps({"lines": prices}, separators=(",", ":")).encode()
    both = (bytes.fromhex(keys.auditor), bytes.fromhex(keys.office))
    return sealing.seal(*both, purpose(by.seat, 1), text, text_bytes(lot)).hex()


def offer(room: Room, by: Supplier, *prices: str) -> Any:
    command = cmd.PlaceSealedOffer(by.seat, 1, enveloped(room, by, prices), room.ref())
    return decided(room, command, by)


def offer_in_round(room: Room, by: Supplier, *prices: str) -> Any:
    state = load(room.id)
    begins, keys = state.lots[1].starts_at, state.sealing
    assert begins is not None
    assert keys is not None
    envelope = enveloped(room, by, prices)
    command = cmd.PlaceSealedOffer(by.seat, 1, envelope, room.ref(), keys.round)
    return decided_at(room.id, command, begins + timedelta(seconds=1))


def opened(room: Room, keeper: Supplier) -> None:
    past_the_deadline(room)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def page_of(person: Supplier, url: str) -> str:
    client = Client(headers={"X-Company": str(person.company.pk)})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(url).content.decode()


def secrets_of(kept: str) -> list[str]:
    return [each for each in (*SECRETS, SECRET_TOTAL) if each in kept]


@pytest.mark.parametrize("name", [Format.SEALED, Format.SEALED_ROUNDS])
def test_nothing_kept_tells_a_price_or_the_total_before_the_opening(
    name: Format, caplog: pytest.LogCaptureFixture
) -> None:
    one_only = name is Format.SEALED
    room = lines_room() if one_only else rounds_of_lines()
    keeper = with_keys(room) if one_only else with_round_keys(room)
    answer = (offer if one_only else offer_in_round)(room, room.suppliers[0], *SECRETS)
    (past_the_deadline if one_only else due_now)(room)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    kept = everything_kept() + caplog.text + repr(answer)
    assert secrets_of(kept) == []
    assert all(each.encode().hex() not in kept for each in SECRETS)
    assert "sealed_offer_placed" in kept
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)
    assert secrets_of(everything_kept()) == [*SECRETS, SECRET_TOTAL]


def test_after_the_opening_the_buyer_and_each_about_itself_know_the_prices() -> None:
    room = lines_room()
    keeper = with_keys(room)
    one, two = room.suppliers
    offer(room, one, "0.5", "0.2")
    offer(room, one, *SECRETS)
    offer(room, two, "0.4", "0.15")
    opened(room, keeper)
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (two.seat, Decimal("550.00"))

    place = place_of(room.buyer.actor, room.id)
    state, now = load(room.id), utc_now()
    shown = Renderer(place.viewer, surroundings(place.auction)).lots(state, now)[0]
    assert {tuple(each.lines or ()) for each in shown.participants or ()} == {
        SECRETS,
        ("0.4000", "0.1500"),
    }
    for viewer in (Viewer(Seer.SUPPLIER, two.seat), Viewer(Seer.OBSERVER), Viewer(Seer.NEUTRAL)):
        other = Renderer(viewer, surroundings(place.auction)).lots(state, now)[0]
        assert SECRETS[0] not in repr(other)
    page = page_of(room.buyer, reverse("auctions:opening", args=[room.id]))
    assert "Bolt: 0.4321" in page
    assert "Unit price or total" in page
    neutral = page_of(keeper, reverse("auctions:opening", args=[room.id]))
    assert SECRET_TOTAL in neutral
    assert SECRETS[0] not in neutral

    for actor, mine in ((one.actor, SECRETS), (two.actor, ("0.4000", "0.1500"))):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report
        own = json.loads(export_for(actor, place_of(actor, room.id)))
        told = [
            each["body"]["prices"] for each in own["entries"] if each.get("kind") == "bid_lines"
        ]
        assert told == [list(mine)]
    assert verification_for(room.buyer.actor, place).report.passed


def test_the_file_of_own_bids_has_the_positions_once_they_are_opened() -> None:
    room = lines_room()
    keeper = with_keys(room)
    one, two = room.suppliers
    offer(room, one, "0.5", "0.2")
    offer(room, one, *SECRETS)
    offer(room, two, "0.4", "0.21")  # above the ceiling of its position
    before = workbook(place_of(one.actor, room.id), ZoneInfo("UTC"))
    assert [sheet.max_row for sheet in load_workbook(BytesIO(before)).worksheets] == [8, 1]
    opened(room, keeper)
    replaced, stands = own_bids(place_of(one.actor, room.id))
    assert (replaced.amount, replaced.lines) == (None, None)
    assert (stands.amount, stands.lines) == (Decimal(SECRET_TOTAL), tuple(map(Decimal, SECRETS)))
    book = load_workbook(BytesIO(workbook(place_of(one.actor, room.id), ZoneInfo("UTC"))))
    _, positions = book.worksheets
    rows = list(positions.iter_rows(min_row=2, values_only=True))
    assert [(row[3], row[4], row[7], row[8]) for row in rows] == [
        (1, "Bolt", 0.4321, 432.1),
        (2, "Nut", 0.1234, 123.4),
    ]
    (rejected,) = own_bids(place_of(two.actor, room.id))
    assert (rejected.state, rejected.lines) == ("refused", None)
    assert rejected.reason == "The price of a position lies above that position's ceiling."


def test_an_envelope_of_another_size_is_refused() -> None:
    room = lines_room()
    with_keys(room)
    one = room.suppliers[0]
    good = enveloped(room, one, SECRETS)
    assert len(good) == 2 * envelope_bytes(load(room.id).rules.lots[0])
    for wrong in (good[:-2], good + "00", good[: 2 * 65]):
        command = cmd.PlaceSealedOffer(one.seat, 1, wrong, room.ref())
        with connection.cursor() as cursor:
            ruling = decide_in_transaction(cursor, room.id, [Work(command, one.party, utc_now())])
        answer = ruling.answers[0][1]
        assert isinstance(answer, Refused)
        assert answer.code == "auction.envelope_malformed"


def test_it_may_be_withdrawn_unread() -> None:
    room = lines_room()
    with_keys(room)
    one = room.suppliers[0]
    offer(room, one, *SECRETS)
    decided(room, cmd.Withdraw(one.seat, 1, room.ref()), one)
    (bid,) = own_bids(place_of(one.actor, room.id))
    assert (bid.state, bid.amount, bid.lines) == ("withdrawn", None, None)


def test_rounds_are_opened_one_by_one_and_verify_for_everybody() -> None:
    room = rounds_of_lines()
    keeper = with_round_keys(room)
    one, two = room.suppliers
    for number, (first, second) in enumerate(
        ((SECRETS, ("0.5", "0.2")), (("0.4", "0.12"), ("0.4", "0.15")), (("0.39", "0.12"), ())), 1
    ):
        offer_in_round(room, one, *first)
        if second:
            offer_in_round(room, two, *second)
        opened_round(room, keeper, number)
        if number < 3:
            due_now(room)
    lot = load(room.id).lots[1]
    assert (lot.winner, lot.price) == (one.seat, Decimal("510.00"))
    best = lot.seats[one.seat].best
    assert best is not None
    assert best.lines == (Decimal("0.3900"), Decimal("0.1200"))
    assert [bid.lines is not None for bid in own_bids(place_of(one.actor, room.id))] == [True] * 3
    page = page_of(room.buyer, reverse("auctions:opening", args=[room.id]))
    for price in ("0.4321", "0.39", "0.15"):
        assert f": {price}" in page
    for actor in (room.buyer.actor, one.actor, two.actor):
        found = verification_for(actor, place_of(actor, room.id))
        assert found.report.passed, found.report


def test_a_tender_with_positions_is_sealed_awarded_and_its_protocol_tells_the_prices() -> None:
    officer, sellers = house.buyer(), [house.supplier("Baltmet AS"), house.supplier("Nordwerk")]
    made = house.draft(officer, sellers, format="sealed")
    lot = made.lots.get()
    typed = [
        LineInput(title="Bolt", quantity="1000", scale=4),
        LineInput(title="Nut", quantity="10"),
    ]
    lines.set_lines(actor=officer, tender_id=made.pk, lot_id=lot.pk, lines=typed)
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    for seller in sellers:
        house.accept(seller, tender)
    state = load(tender.auction_id)
    said = "\n".join(str(text) for text in flat(in_words(state.rules)))
    assert "Your unit prices are sealed together" in said
    assert "may rise" not in said

    office = bytes.fromhex(service.office_key(actor=officer, auction_id=tender.auction_id))
    both = sealing.public_key_of(AUDITOR), sealing.public_key_of(office)
    size = text_bytes(state.rules.lots[0])
    by_company = auctioning.seats(tender)
    steps: list[tuple[timedelta, cmd.Command]] = [
        (-timedelta(minutes=1), cmd.SetSealingKey(cmd.KeyHolder.AUDITOR, both[0].hex()))
    ]
    for seller, prices in zip(sellers, (["0.4321", "12.34"], ["0.5", "13.57"]), strict=True):
        seat = by_company[seller.company_id]
        text = json.dumps({"lines": prices}, separators=(",", ":")).encode()
        envelope = sealing.seal(*both, purpose(seat, 1), text, size).hex()
        steps.append((timedelta(minutes=1), cmd.PlaceSealedOffer(seat, 1, envelope, f"o{seat}")))
    late = timedelta(minutes=31)
    steps.append((late, cmd.HandOverKey(cmd.KeyMeans.PERSON)))
    steps.append((late, cmd.OpenOffers(AUDITOR.hex(), office.hex(), cmd.KeyMeans.PLATFORM)))
    house.play(tender, [], also=steps)
    winner, loser = sellers
    ending.confirm_result(actor=officer, tender_id=tender.pk, lot=1, company_id=winner.company_id)
    tender.refresh_from_db()
    for actor, sees, not_sees in (
        (officer, ("0.4321", "12.34", "13.57"), ()),
        (winner, ("0.4321", "12.34"), ("13.57",)),
        (loser, ("13.57",), ("0.4321", "12.34")),
    ):
        for told in (
            json.dumps(protocol_for(actor, tender)),
            text_of(protocol_file(actor, tender).content),
        ):
            assert all(price in told for price in sees), (actor, told)
            assert not any(price in told for price in not_sees), actor


def flat(said: Any) -> list[Any]:
    """Every text of nested words."""
    if isinstance(said, str):
        return [said]
    if isinstance(said, dict):
        return [text for each in said.values() for text in flat(each)]
    return [text for each in said for text in flat(each)] if hasattr(said, "__iter__") else [said]
