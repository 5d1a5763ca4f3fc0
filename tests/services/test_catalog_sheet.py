"""The sheet of own offers: all cells or none, nobody's change overwritten unread, all undone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Role
from marketplace.catalog import errors
from marketplace.catalog.models import Price, PriceChange
from marketplace.catalog.services.sheet import MOST_CELLS, Cell, change_cells, sheet
from tests import catalog_house as house
from tests.people import make_actor, make_company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]


@pytest.fixture
def manager():
    return house.manager()


def row(actor, offer):
    offer.refresh_from_db()
    return sheet(actor, [offer])[0]


def cell(offer, column, base, value):
    return Cell(offer=offer.pk, column=column, base=base, value=value)


def reasons(refused):
    told = zip(refused.value.data["cells"], refused.value.data["reasons"], strict=True)
    return {key.partition(":")[2]: reason for key, reason in told}


def test_cells_of_offer_product_and_price_are_changed_together_and_undone(manager):
    offer = house.active(manager)
    before = dict(row(manager, offer).cells)

    rows, undo = change_cells(actor=manager, cells=[
        cell(offer, "sku", "HX-16", "HX-20"), cell(offer, "name_en", "Hexagon bolt", "Bolt M20"),
        cell(offer, "price", "12.5", "13,75"), cell(offer, "max_order", "", "400"),
        cell(offer, "lead_time_days", "", "7"),
    ])  # fmt: skip

    assert {key: value for key, value in rows[0].cells.items() if before[key] != value} == {
        "sku": "HX-20", "name_en": "Bolt M20", "price": "13.75", "max_order": "400",
        "lead_time_days": "7",
    }  # fmt: skip
    assert [each.kind for each in PriceChange.objects.order_by("id")] == ["added", "ended", "added"]

    change_cells(actor=manager, cells=undo)
    assert row(manager, offer).cells == before
    assert Price.objects.filter(valid_until=None).get().amount == Decimal("12.5")


def test_a_price_keeps_its_band_and_its_end_and_is_ended_by_an_empty_cell(manager):
    offer = house.active(manager)
    first = Price.objects.get()
    change_cells(actor=manager, cells=[cell(offer, "price", "12.5", "11")])
    second = Price.objects.exclude(pk=first.pk).get()
    assert (second.least, second.below, second.valid_until) == (first.least, first.below, None)

    _, undo = change_cells(actor=manager, cells=[cell(offer, "price", "11", "")])
    assert not Price.objects.filter(valid_until=None).exists()
    assert row(manager, offer).cells["price"] == ""
    change_cells(actor=manager, cells=undo)
    assert row(manager, offer).cells["price"] == "11"


def test_an_offer_without_a_price_gets_one_in_the_currency_used_last(manager):
    other = house.draft(manager, sku="N-1", gtin="", name_en="Nut")
    house.price(manager, other, "3", currency="PLN")
    offer = house.draft(manager)
    assert row(manager, offer).currency == "PLN"
    change_cells(actor=manager, cells=[cell(offer, "price", "", "9.99")])
    assert offer.prices.get().currency_id == "PLN"


def test_all_or_nothing_each_refused_cell_with_its_reason(manager):
    offer = house.active(manager)
    other = house.draft(manager, sku="N-1", gtin="", name_en="Nut")
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[
            cell(offer, "lead_time_days", "", "3"), cell(other, "sku", "N-1", "hx-16"),
            cell(other, "warranty_months", "", "many"), cell(other, "price", "", "-1"),
        ])  # fmt: skip
    assert reasons(refused) == {"warranty_months": "Enter a whole number."}
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[
            cell(offer, "lead_time_days", "", "3"), cell(other, "sku", "N-1", "hx-16"),
        ])  # fmt: skip
    assert reasons(refused) == {"sku": "Another of your offers has this SKU."}
    assert row(manager, offer).cells["lead_time_days"] == ""


@pytest.mark.parametrize(
    ("column", "base", "value"),
    [("price", "12.5", "0"), ("price", "12.5", "1.1234567"), ("min_order", "1", ""),
     ("min_order", "1", "0.5"), ("sku", "HX-16", ""), ("name_en", "Hexagon bolt", ""),
     ("max_order", "", "0.1"), ("lead_time_days", "", "99999"), ("increment", "1", "NaN")],
)  # fmt: skip
def test_nonsense_is_told_in_its_own_cell(manager, column, base, value):
    offer = house.active(manager)
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[cell(offer, column, base, value)])
    assert list(reasons(refused)) == [column]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(manager):
    offer = house.active(manager)
    change_cells(actor=manager, cells=[cell(offer, "price", "12.5", "14")])
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[cell(offer, "price", "12.5", "11")])
    assert "14" in reasons(refused)["price"]


def test_a_price_by_quantity_and_words_others_share_are_not_changed_here(manager):
    offer = house.active(manager)
    house.price(manager, offer, "10", least=Decimal(100))
    house.active(house.manager(), sku="OTHER")
    assert row(manager, offer).fixed >= {"price", "name_en", "part_number"}
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[cell(offer, "price", "", "9"),
                                           cell(offer, "sku", "HX-16", "HX-17")])  # fmt: skip
    assert list(reasons(refused)) == ["price"]
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[cell(offer, "name_en", "Hexagon bolt", "Nut")])
    assert list(reasons(refused)) == ["name_en"]


def test_offers_of_others_do_not_exist_and_only_those_who_edit_get_in(manager):
    foreign = house.active(house.manager())
    with pytest.raises(errors.CellsRefused) as refused:
        change_cells(actor=manager, cells=[cell(foreign, "sku", "HX-16", "MINE")])
    assert reasons(refused) == {"sku": "There is no such offer."}
    bidder = make_actor(Role.BIDDER, make_company(buys=False))
    with pytest.raises(AccessForbidden):
        change_cells(actor=bidder, cells=[cell(foreign, "sku", "HX-16", "MINE")])


def test_no_more_cells_than_are_taken_at_a_time(manager):
    offer = house.active(manager)
    with pytest.raises(errors.FieldWrong):
        change_cells(
            actor=manager,
            cells=[cell(offer, "sku", "HX-16", str(n)) for n in range(MOST_CELLS + 1)],
        )


def test_a_page_of_lines_takes_the_same_queries_however_many(manager):
    def taken(shown):
        with CaptureQueriesContext(connection) as queries:
            sheet(manager, shown)
        return len(queries)

    made = [house.active(manager, sku=f"S-{n}", gtin="", name_en=f"Bolt {n}") for n in range(6)]
    assert taken(made[:1]) == taken(made) == 2
