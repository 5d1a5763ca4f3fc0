"""A supplier's own sealed offers: before the opening, after it, and without one."""

from __future__ import annotations

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
from auctions.realtime.answers import Work
from auctions.realtime.batch import decide_in_transaction
from auctions.realtime.messages import Refused
from auctions.services import sealing as service
from auctions.services.own_bids import OwnBid, own_bids, workbook
from auctions.services.policies import place_of
from kernel.clock import utc_now
from tests.rooms import Room, Supplier
from tests.services.test_sealed_offers import (
    AUDITOR,
    decided,
    offer,
    past_the_deadline,
    sealed_room,
    with_keys,
)

pytestmark = pytest.mark.django_db


def bids_of(room: Room, by: Supplier) -> list[OwnBid]:
    return own_bids(place_of(by.actor, room.id))


def told(room: Room, by: Supplier) -> list[tuple[str, Decimal | None]]:
    return [(bid.state, bid.amount) for bid in bids_of(room, by)]


def rows_of(room: Room, by: Supplier) -> list[Any]:
    file = workbook(place_of(by.actor, room.id), ZoneInfo("Europe/Kyiv"))
    return list(load_workbook(BytesIO(file)).active.iter_rows(min_row=7, values_only=True))


def refused(room: Room, by: Supplier) -> Refused:
    """An offer whose envelope is none."""
    command = cmd.PlaceSealedOffer(by.seat, 1, "00", room.ref())
    with connection.cursor() as cursor:
        ruling = decide_in_transaction(cursor, room.id, [Work(command, by.party, utc_now())])
    answer = ruling.answers[0][1]
    assert isinstance(answer, Refused)
    return answer


def opened(room: Room, keeper: Supplier) -> None:
    past_the_deadline(room)
    service.hand_over(actor=keeper.actor, auction_id=room.id, key=AUDITOR.hex(), by_sheet=False)
    service.open_offers(actor=room.buyer.actor, auction_id=room.id)


def test_before_the_opening_the_file_says_that_nobody_knows_the_amount() -> None:
    room = sealed_room()
    with_keys(room)
    first = room.suppliers[0]
    offer(room, first, "800")
    offer(room, first, "745.50")
    offer(room, room.suppliers[1], "740")
    answer = refused(room, first)

    assert told(room, first) == [("accepted", None), ("accepted", None), ("refused", None)]
    rows = rows_of(room, first)
    assert [row[4] for row in rows] == [None, None, None]
    assert [row[8] for row in rows] == [
        "Replaced by your later offer; never opened.",
        "Sealed: nobody knows the amount before the opening.",
        answer.message,
    ]
    assert rows[2][10] == answer.leaf


def test_the_winner_reads_its_offer_after_the_opening() -> None:
    room = sealed_room()
    keeper = with_keys(room)
    first, second = room.suppliers
    offer(room, first, "745.50")
    offer(room, second, "1000.01")
    opened(room, keeper)

    assert told(room, first) == [("accepted", Decimal("745.50"))]
    assert rows_of(room, first)[0][4:7] == (745.5, "tonne", 74550)
    (rejected,) = bids_of(room, second)
    assert (rejected.state, rejected.reason) == ("refused", "It lies above the ceiling.")

    client = Client(headers={"X-Company": str(first.company.pk)})
    client.force_login(first.user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("auctions:debrief", args=[room.id])).content.decode()
    assert "You placed no bid" not in page
    assert "745.50" in page
    data = client.get(reverse("api-debrief", args=[room.id])).json()
    points = [(each["amount"], each["own"]) for each in data["lots"][0]["prices"]]
    assert points == [("745.50", True)]


def test_a_withdrawn_offer_and_one_that_was_never_opened() -> None:
    room = sealed_room()
    with_keys(room)
    first, second = room.suppliers
    offer(room, first, "745.50")
    decided(room, cmd.Withdraw(first.seat, 1, room.ref()), first)
    offer(room, second, "740")
    past_the_deadline(room)
    command = cmd.Annul("the auditor's key is lost", cmd.Officer.BUYER, room.ref())
    with connection.cursor() as cursor:
        decide_in_transaction(cursor, room.id, [Work(command, room.officer, utc_now())])

    (mine,) = bids_of(room, first)
    assert (mine.state, mine.amount, mine.reason) == ("withdrawn", None, "Withdrawn unopened.")
    (other,) = bids_of(room, second)
    assert other.reason == "The auction ended without an opening; the amount is not known."
