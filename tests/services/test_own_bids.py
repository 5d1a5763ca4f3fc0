"""A supplier's own bids as a spreadsheet."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from auctions.realtime.messages import Ack, Refused
from auctions.realtime.process import gate, stop_gate
from auctions.services.deciding import error_of
from auctions.services.own_bids import own_bids, workbook, zone_called
from auctions.services.policies import place_of
from crm_core.people.services import TimeZoneUnknown
from infra.problems import message
from kernel.clock import moment_from_wire
from tests.rooms import Room, Supplier, open_room

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bidden() -> Iterator[tuple[Room, Ack, Refused]]:
    """A room in which the first supplier bid twice, the second time in vain."""
    room = open_room()
    room.everyone_accepts(gate())
    time.sleep(0.6)
    accepted = room.place(gate(), room.suppliers[0], "990.00")
    refused = room.place(gate(), room.suppliers[0], "995.00")
    rival = room.place(gate(), room.suppliers[1], "980.00")
    assert isinstance(accepted, Ack)
    assert isinstance(refused, Refused)
    assert isinstance(rival, Ack)
    yield room, accepted, refused
    stop_gate()
    connection.close_pool()


def client_of(person: Supplier) -> Client:
    client = Client(headers={"X-Company": str(person.company.pk)})
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_sheet_holds_every_own_bid_and_no_other(bidden: tuple[Room, Ack, Refused]) -> None:
    room, accepted, refused = bidden
    first = room.suppliers[0]
    place = place_of(first.actor, room.id)

    sheet = load_workbook(BytesIO(workbook(place, ZoneInfo("Europe/Kyiv")))).active
    rows = list(sheet.iter_rows(min_row=7, values_only=True))

    assert sheet["C6"].value == "Received, Europe/Kyiv"
    assert sheet["B3"].value == "Europe/Kyiv"
    assert [row[7] for row in rows] == ["Accepted", "Refused"]
    assert [row[10] for row in rows] == [accepted.leaf, refused.leaf]
    assert [Decimal(str(row[4])) for row in rows] == [Decimal(990), Decimal(995)]
    assert sheet["E7"].number_format == "#,##0.00"
    assert (rows[0][6], rows[1][6]) == (99000, None)
    assert rows[0][5] == "tonne"
    assert rows[1][8] == refused.message
    local = rows[0][2].replace(tzinfo=ZoneInfo("Europe/Kyiv")).astimezone(UTC)
    exact = moment_from_wire(rows[0][3])
    assert exact == moment_from_wire(accepted.received_at)
    assert abs((local - exact).total_seconds()) < 0.002
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    text = str(cells)
    assert not {"980", "980.00", 980, 98000} & set(cells)
    assert room.suppliers[1].company.legal_name not in text


def test_reasons_and_headings_are_in_the_readers_language(
    bidden: tuple[Room, Ack, Refused],
) -> None:
    room, _accepted, refused = bidden
    place = place_of(room.suppliers[0].actor, room.id)

    with translation.override("uk"):
        found = own_bids(place)
        expected = message(error_of(refused))

    assert [bid.reason for bid in found] == ["", expected]


def test_the_file_is_fetched_by_api_in_ones_own_zone(bidden: tuple[Room, Ack, Refused]) -> None:
    room, _accepted, _refused = bidden
    first = room.suppliers[0]
    type(first.user).objects.filter(pk=first.user.pk).update(time_zone="Asia/Almaty")
    address = reverse("api-auction-own-bids", args=[room.id])

    mine = client_of(first).get(address)
    asked = client_of(first).get(address, {"zone": "Europe/Berlin"})
    nowhere = client_of(first).get(address, {"zone": "Europe/Atlantis"})
    buyers = client_of(room.buyer).get(address)

    assert load_workbook(BytesIO(mine.content)).active["B3"].value == "Asia/Almaty"
    assert load_workbook(BytesIO(asked.content)).active["B3"].value == "Europe/Berlin"
    assert nowhere.json()["code"] == "people.time_zone_unknown"
    assert buyers.status_code == 403


def test_a_zone_is_none_but_a_known_one() -> None:
    with pytest.raises(TimeZoneUnknown):
        zone_called("../../etc/passwd")
