"""The search of the top bar: tenders and auctions by title and number, within what one may see."""

from __future__ import annotations

import pytest
from django.urls import reverse

from crm_core.companies.models import Role
from tests import tender_house as house
from tests.people import make_actor
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
FOUND = {"HX-Request": "true"}


def search(actor, words: str, **headers: str) -> str:
    answer = signed_in(actor).get(reverse("ui:search"), {"q": words}, headers=headers)
    return answer.content.decode()


@pytest.fixture
def seller():
    return house.supplier("Baltmet AS")


@pytest.mark.parametrize("by", ["title", "number"])
def test_both_sides_find_tender_and_auction(officer, seller, by):
    tender = house.published(officer, [seller])
    words = "coil steel" if by == "title" else tender.reference[-5:]

    for actor in (officer, seller):
        found = search(actor, words, **FOUND)
        assert f'href="{reverse("tenders:detail", args=[tender.pk])}"' in found
        assert f'href="{reverse("auctions:room", args=[tender.auction_id])}"' in found


def test_nobody_finds_what_belongs_to_others(officer, seller):
    house.published(officer, [seller])
    house.draft(officer, [seller])

    for stranger in (
        house.buyer("Teine Energia AS"), house.supplier("Uninvited OÜ"),
    ):  # fmt: skip
        assert "Steel coil" not in search(stranger, "steel", **FOUND)
    assert search(seller, "steel", **FOUND).count("Steel coil") == 2  # tender and auction, no draft


def test_the_neutral_person_finds_auctions_and_no_tender(officer, seller):
    tender = house.published(officer, [seller])

    found = search(make_actor(Role.ARBITER), tender.reference, **FOUND)

    assert reverse("auctions:room", args=[tender.auction_id]) in found
    assert reverse("tenders:detail", args=[tender.pk]) not in found


def test_a_fragment_for_the_field_and_a_page_without_scripts(officer):
    assert "<!doctype" not in search(officer, "tenders", **FOUND).lower()
    whole = search(officer, "tenders")
    assert "<!doctype" in whole.lower()
    assert reverse("tenders:list") in search(officer, "tend", **FOUND)


def test_many_hits_cost_no_more_than_few(officer, seller, django_assert_max_num_queries):
    for _number in range(6):
        house.published(officer, [seller])
    client = signed_in(officer)

    with django_assert_max_num_queries(7):
        found = client.get(reverse("ui:search"), {"q": "steel"}, headers=FOUND)
    assert found.content.decode().count("Steel coil") == 12
