"""Positions of a lot over HTTP and on the draft's page; the record of what was offered for each."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from auctions.domain.commands import PlaceBid
from auctions.domain.rules.lines import total
from auctions.selectors import load
from marketplace.tenders import auctioning
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import lines, lots, publishing
from marketplace.tenders.services.lines import LineInput
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LINES = [
    {"title": "Bolt", "quantity": "1000", "unit": "C62", "scale": 4, "ceiling": "0.2"},
    {"title": "Delivery", "quantity": "1"},
]


def put(officer, tender, typed):
    lot = tender.lots.get(number=1)
    return api(officer).put(f"{BASE}{tender.pk}/lots/{lot.pk}/lines/", {"lines": typed})


def test_positions_are_put_as_a_whole_and_read_with_the_lot(officer, sellers):
    tender = house.draft(officer, sellers)
    done = put(officer, tender, LINES)
    assert done.status_code == 200, done.data
    assert [(each["number"], each["title"]) for each in done.data["lines"]] == [
        (1, "Bolt"),
        (2, "Delivery"),
    ]
    (lot,) = api(officer).get(f"{BASE}{tender.pk}/").data["lots"]
    assert (lot["quantity"], lot["unit"]) == ("1.000000", "LO")
    assert lot["lines"][0]["ceiling"] == "0.2000"
    wrong = put(officer, tender, [{"title": "x", "quantity": "none"}])
    assert wrong.status_code == 422
    assert "lines.1.quantity" in str(wrong.data)
    assert put(officer, tender, LINES * 51).status_code == 422
    assert put(sellers[0], tender, []).status_code == 403
    assert put(house.buyer("Other AS"), tender, []).status_code == 404


def test_reading_a_tender_asks_as_often_however_many_lots_have_positions(
    officer, sellers, django_assert_max_num_queries
):
    tender = house.draft(officer, sellers)
    client = api(officer)
    url = f"{BASE}{tender.pk}/"
    for number in range(4):
        lot = lots.add_lot(actor=officer, tender_id=tender.pk, lot=house.lot(f"Lot {number}"))
        lines.set_lines(
            actor=officer, tender_id=tender.pk, lot_id=lot.pk,
            lines=[LineInput(title="x", quantity="1")] * 3,
        )  # fmt: skip
    with django_assert_max_num_queries(14):
        assert len(client.get(url).data["lots"]) == 5


def test_the_page_keeps_rows_by_their_numbers_and_says_what_is_wrong(officer, sellers):
    tender = house.draft(officer, sellers)
    lot = tender.lots.get()
    client = house.signed_in(officer)
    url = reverse("tenders:lines", args=[tender.pk, lot.pk])

    def rows(*typed):
        body = {"lines-TOTAL_FORMS": str(len(typed)), "lines-INITIAL_FORMS": "0"}
        for at, (place, title, quantity) in enumerate(typed):
            given = {"place": place, "title": title, "quantity": quantity, "scale": "2"}
            body |= {f"lines-{at}-{name}": value for name, value in given.items()}
        return client.post(url, body)

    assert rows(("2", "Nut", "5"), ("1", "Bolt", "7"), ("", "", "")).status_code == 302
    assert list(lot.lines.values_list("number", "title")) == [(1, "Bolt"), (2, "Nut")]
    page = client.get(reverse("tenders:lot", args=[tender.pk, lot.pk])).content.decode()
    assert "prices are totals now" in page

    refused = rows(("1", "Bolt", "many"))
    assert refused.status_code == 422
    assert 'id="id_lines-0-quantity_error"' in refused.content.decode()
    pasted = reverse("tenders:lines-paste", args=[tender.pk, lot.pk])
    assert client.post(pasted, {"pasted": "Washer;9"}).status_code == 302
    assert lot.lines.count() == 3
    assert client.post(pasted, {"pasted": ";;"}).status_code == 422


def test_result_and_protocol_tell_prices_to_the_buyer_and_the_bidder_alone(officer, sellers):
    tender = house.draft(officer, sellers, disclosure="public")
    put(officer, tender, LINES)
    tender = publishing.publish(actor=officer, tender_id=tender.pk)
    first, second = sellers
    seats = auctioning.seats(tender)
    also = []
    for number, (seller, prices) in enumerate(
        [(first, ("0.1234", "50.00")), (second, ("0.1500", "60.00"))], start=1
    ):
        house.accept(seller, tender)
        given = tuple(map(Decimal, prices))
        amount = total(load(tender.auction_id).rules.lots[0], given)
        bid = PlaceBid(seats[seller.company_id], 1, amount, f"b{number}", amount, given)
        also.append((number * MINUTE, bid))
    house.play(tender, [], also=also)
    tender.refresh_from_db()

    def told(actor):
        return protocol_for(actor, tender)["lots"][0]["standing"]

    assert [len(row.get("lines", [])) for row in told(officer)] == [2, 2]
    assert told(officer)[0]["lines"][0] == {
        "number": 1, "title": "Bolt", "quantity": "1000", "unit": "C62",
        "unit_symbol": told(officer)[0]["lines"][0]["unit_symbol"], "scale": 4,
        "price": "0.1234", "total": "123.40",
    }  # fmt: skip
    assert [len(row.get("lines", [])) for row in told(first)] == [2, 0]
    assert [len(row.get("lines", [])) for row in told(second)] == [0, 2]
    assert protocol_file(officer, tender).content.startswith(b"%PDF")
    page = house.signed_in(officer).get(reverse("tenders:result", args=[tender.pk]))
    assert "0.1234" in page.content.decode()
    given = {"company": str(first.company_id)}
    assert api(officer).post(f"{BASE}{tender.pk}/results/1/", given).status_code == 201
    award = protocol_for(first, tender)["lots"][0]["award"]
    assert [line["price"] for line in award["lines"]] == ["0.1234", "50.00"]
    assert "lines" not in protocol_for(second, tender)["lots"][0]["award"]
