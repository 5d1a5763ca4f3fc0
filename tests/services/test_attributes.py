"""Attributes of categories: inherited, a key once on every way, units on numbers alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from reference import attributes, taxonomies
from reference.attributes import AttributeInput, ChoiceInput
from reference.errors import (
    AttributeNotFound,
    AttributeWrong,
    CategoryNotFound,
    KeyTaken,
)
from reference.models import Attribute, Category
from reference.selectors import categories, category_codes
from tests.category_house import APART, BESIDE, DIVISION, GROUP, STEEL, lists

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _lists() -> None:
    lists()


def add(category=STEEL, **fields):
    given = {"key": "width", "kind": "number", "unit": "MMT", "name_en": "Width", **fields}
    return attributes.add_attribute(category=category, given=AttributeInput(**given))


def choice(*values):
    return [ChoiceInput(value=value, name_en=value.upper()) for value in values]


def test_an_attribute_holds_for_all_that_is_below(django_assert_num_queries):
    add(DIVISION, key="origin", kind="text", unit="", name_en="Origin")
    add(STEEL, required=True, lowest=Decimal(1), decimals=2)
    add(BESIDE, key="grain", unit="MMT", name_en="Grain")
    grade = add(GROUP, key="grade", kind="choice", unit="", name_en="Grade", choices=choice("a"))
    with django_assert_num_queries(3):
        found = taxonomies.held(taxonomies.way_to(STEEL))
        [list(each.attribute.choices.all()) for each in found]
    assert [(each.attribute.key, each.inherited) for each in found] == [
        ("origin", True), ("grade", True), ("width", False),
    ]  # fmt: skip
    assert [each.attribute.key for each in taxonomies.held(taxonomies.way_to(GROUP))] == [
        "origin", "grade",
    ]  # fmt: skip

    attributes.retire_attribute(attribute_id=grade.pk, retired=True)
    assert [each.key for each in taxonomies.definitions(STEEL)] == ["origin", "width"]
    attributes.retire_attribute(attribute_id=grade.pk, retired=False)
    assert len(taxonomies.definitions(STEEL)) == 3


def test_values_of_a_category_are_judged_by_what_holds_for_it():
    add(DIVISION, key="coated", kind="boolean", unit="", name_en="Coated")
    add(STEEL, decimals=1, highest=Decimal(100))
    given = {"coated": "yes", "width": {"amount": "2", "unit": "INH"}, "mass": "1"}
    found = taxonomies.check_values(STEEL, given)
    assert found.values == {"coated": True, "width": "50.8"}
    assert {key: error.code for key, error in found.errors.items()} == {
        "mass": "reference.attribute_unknown"
    }
    assert (
        taxonomies.check_values(STEEL, {"width": {"amount": "2", "unit": "BX"}})
        .errors["width"]
        .code
        == "reference.unit_unknown"
    )
    with pytest.raises(CategoryNotFound):
        taxonomies.check_values("00000000-0", {})


@pytest.mark.parametrize(("first", "second"), [(DIVISION, STEEL), (STEEL, DIVISION),
                                               (STEEL, STEEL)])  # fmt: skip
def test_no_key_comes_twice_on_one_way_through_the_tree(first, second):
    made = add(first)
    attributes.retire_attribute(attribute_id=made.pk, retired=True)
    with pytest.raises(KeyTaken) as refused:
        add(second)
    assert refused.value.data["category"] == first
    assert Attribute.objects.count() == 1
    add(APART)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"key": "Width"}, "key"),
        ({"key": "width\n"}, "key"),
        ({"key": ""}, "key"),
        ({"kind": "colour"}, "kind"),
        ({"unit": ""}, "unit"),
        ({"unit": "???"}, "unit"),
        ({"unit": "BX"}, "unit"),
        ({"kind": "text"}, "unit"),
        ({"name_en": " "}, "name_en"),
        ({"name_uk": "x" * 201}, "name_uk"),
        ({"decimals": 10}, "decimals"),
        ({"lowest": Decimal(2), "highest": Decimal(1)}, "highest"),
        ({"kind": "date", "unit": "", "lowest": Decimal(2)}, "lowest"),
        ({"choices": choice("a")}, "choices"),
        ({"kind": "choice", "unit": ""}, "choices"),
        ({"kind": "choice", "unit": "", "choices": choice("a", "a")}, "choices"),
        ({"kind": "choice", "unit": "", "choices": choice("A b")}, "choices"),
    ],
)
def test_a_definition_that_does_not_hold_is_refused_at_its_field(fields, field):
    with pytest.raises(AttributeWrong) as refused:
        add(**fields)
    assert refused.value.field == field
    assert not Attribute.objects.exists()


def test_what_is_no_longer_a_choice_is_retired_and_may_come_back():
    made = add(key="grade", kind="choice", unit="", choices=choice("a", "b"))
    change = AttributeInput(name_en="Grade", choices=choice("c", "b"))
    attributes.change_attribute(attribute_id=made.pk, given=change)
    rows = made.choices.order_by("value").values_list("value", "retired")
    assert list(rows) == [("a", True), ("b", False), ("c", False)]
    assert list(taxonomies.definitions(STEEL)[0].choices) == ["c", "b"]
    again = AttributeInput(name_en="Grade", choices=choice("a"))
    attributes.change_attribute(attribute_id=made.pk, given=again)
    assert list(taxonomies.definitions(STEEL)[0].choices) == ["a"]
    assert made.choices.count() == 3


def test_decimals_may_grow_and_not_shrink():
    made = add(decimals=1)
    attributes.change_attribute(
        attribute_id=made.pk, given=AttributeInput(name_en="Width", decimals=2)
    )
    with pytest.raises(AttributeWrong):
        attributes.change_attribute(
            attribute_id=made.pk, given=AttributeInput(name_en="Width", decimals=1)
        )
    with pytest.raises(AttributeNotFound):
        attributes.change_attribute(attribute_id=0, given=AttributeInput(name_en="Width"))


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "number", "unit_id": None, "decimals": 0},
        {"kind": "number", "unit_id": "KGM", "decimals": None},
        {"kind": "text", "unit_id": "KGM"},
        {"kind": "boolean", "decimals": 1},
        {"kind": "date", "lowest": Decimal(1)},
        {"kind": "number", "unit_id": "KGM", "decimals": 0, "lowest": Decimal(2),
         "highest": Decimal(1)},
        {"kind": "colour"},
        {"kind": "text", "key": "Key"},
    ],
)  # fmt: skip
def test_the_database_keeps_no_number_without_a_unit_and_no_unit_elsewhere(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attribute.objects.create(**{"category_id": STEEL, "key": "x", "name_en": "X", **fields})


def test_a_code_tells_its_taxonomy_and_other_taxonomies_do_not_mix_with_cpv():
    own = Category.objects.create(code="own:steel.1", level=1, name_en="Own steel")
    own.refresh_from_db()
    steel = Category.objects.get(pk=STEEL)
    assert (own.taxonomy, own.notation) == ("own", "steel.1")
    assert (steel.taxonomy, steel.notation) == ("cpv", STEEL)
    assert "own:steel.1" not in {each.pk for each in categories("own")}
    assert category_codes(["own:steel.1", STEEL]) == {STEEL}
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(code="other:1", level=1, name_en="Other")
