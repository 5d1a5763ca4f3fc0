"""What a product is described by: asked for by its category, judged, kept, and whose to change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from marketplace.catalog import errors
from marketplace.catalog.describing import described
from marketplace.catalog.models import Product
from reference import attributes as asking
from reference.attributes import AttributeInput, ChoiceInput
from reference.errors import ChoiceUnknown, ValueMissing, ValueTooHigh
from tests import catalog_house as house

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
BOLTS = "44531400-5"
ABOVE = "44530000-4"
NUTS = "44531600-7"


def asked(category=BOLTS, **given):
    return asking.add_attribute(category=category, given=AttributeInput(**given))


@pytest.fixture
def length():
    return asked(
        key="length", kind="number", unit="MMT", decimals=1, highest=Decimal(3000), required=True,
        name_en="Length", name_ru="Длина", name_uk="Довжина",
    )  # fmt: skip


@pytest.fixture
def finish():
    return asked(
        ABOVE, key="finish", kind="choice", name_en="Finish",
        choices=[ChoiceInput(value="zinc", name_en="Zinc plated", name_uk="Оцинковане"),
                 ChoiceInput(value="plain", name_en="Plain")],
    )  # fmt: skip


@pytest.fixture
def manager():
    return house.manager()


def told(**values):
    return {"category": BOLTS, "attributes": values}


def kept():
    return Product.objects.get().attributes


def refusal(act):
    with pytest.raises(errors.AttributesWrong) as refused:
        act()
    return refused.value


def test_values_are_kept_as_the_category_takes_them(manager, length, finish):
    inch = {"amount": "2", "unit": "INH"}
    house.draft(manager, **told(length=inch, finish="Zinc plated"))
    assert kept() == {"length": "50.8", "finish": "zinc"}


def test_everything_that_is_wrong_is_told_at_once_by_key(manager, length, finish):
    error = refusal(lambda: house.draft(manager, **told(length="9000", finish="gold")))
    assert {key: type(each) for key, each in error.errors.items()} == {
        "length": ValueTooHigh, "finish": ChoiceUnknown,
    }  # fmt: skip
    assert error.data["attributes"] == ["finish", "length"]
    assert len(error.data["reasons"]) == 2
    missing = refusal(lambda: house.draft(manager, category=BOLTS))
    assert type(missing.errors["length"]) is ValueMissing
    assert not Product.objects.exists()


def test_without_a_category_nothing_is_kept(manager):
    with pytest.raises(errors.FieldWrong) as refused:
        house.draft(manager, attributes={"length": "5"})
    assert refused.value.field == "attributes"
    house.draft(manager, attributes={"length": ""})
    assert kept() == {}


def test_what_nothing_is_said_about_stays(manager, length, finish):
    offer = house.draft(manager, **told(length="60", finish="zinc"))
    house.change(manager, offer, category=BOLTS, name_en="Bolt")
    assert kept() == {"length": "60", "finish": "zinc"}
    house.change(manager, offer, category=BOLTS, attributes={"length": "60"})
    assert kept() == {"length": "60"}


def test_another_category_keeps_what_it_asks_for_too(manager, length, finish):
    offer = house.draft(manager, **told(length="60", finish="zinc"))
    house.change(manager, offer, category=NUTS)
    assert kept() == {"finish": "zinc"}
    refused = refusal(lambda: house.change(manager, offer, category=BOLTS))
    assert list(refused.errors) == ["length"]


def test_what_was_kept_stays_though_it_is_asked_for_no_more(manager, length, finish):
    values = {"length": "60", "finish": "zinc"}
    offer = house.draft(manager, **told(**values))
    asking.change_attribute(
        attribute_id=length.pk,
        given=AttributeInput(key="length", kind="number", unit="MMT", name_en="Length",
                             decimals=1, highest=Decimal(50), required=True),
    )  # fmt: skip
    asking.retire_attribute(attribute_id=finish.pk, retired=True)

    house.change(manager, offer, **told(length="60"))
    assert kept() == values
    assert [each.text for each in described(Product.objects.get())] == ["Zinc plated", "60\xa0mm"]
    assert list(refusal(lambda: house.change(manager, offer, **told(length="70"))).errors) == [
        "length"
    ]


def test_who_may_not_change_the_words_may_not_change_the_values(manager, length):
    house.draft(manager, **told(length="60"))
    other = house.manager()
    theirs = house.draft(other, **told(length="1"))  # taken as it is described
    assert kept() == {"length": "60"}

    with pytest.raises(errors.ProductShared) as refused:
        house.change(other, theirs, **told(length="61"))
    assert refused.value.field == "attributes"
    assert kept() == {"length": "60"}
    house.change(other, theirs, min_order=Decimal(5), **told(length="60"))
    asked(key="note", kind="text", name_en="Note", required=True)
    house.change(other, theirs, min_order=Decimal(6), **told(length="60", note=""))
    theirs.refresh_from_db()
    assert theirs.min_order == 6


def test_values_are_read_in_the_readers_language(
    manager, length, finish, django_assert_num_queries
):
    asked(key="tested", kind="boolean", name_en="Tested")
    asked(key="made", kind="date", name_en="Made")
    house.draft(manager, **told(length="1500.5", finish="zinc", tested=True, made="2026-05-04"))
    product = Product.objects.get()
    with translation.override("uk"):
        described(product)  # the units' signs are read once a process
        with django_assert_num_queries(3):
            rows = [(each.label, each.text) for each in described(product)]
    assert rows == [
        ("Finish", "Оцинковане"), ("Довжина", "1\xa0500,5\xa0мм"), ("Tested", "так"),
        ("Made", "4 травня 2026\u202fр."),
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["[]", "null", '"x"', "1"])
def test_the_database_keeps_values_an_object(manager, value):
    house.draft(manager)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET attributes = %s::jsonb", [value])
