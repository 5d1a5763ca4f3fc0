"""The choice of a format: every one is there, and says in plain words when to use it."""

from __future__ import annotations

import html

import pytest

from auctions.domain.terms import Format
from marketplace.tenders.formats import CHOICES
from tests import tender_house as house
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db


def test_every_format_can_be_chosen_and_says_when_to() -> None:
    assert {each.format for each in CHOICES} == set(Format)
    officer = house.buyer()
    tender = house.draft(officer)
    page = html.unescape(signed_in(officer).get(f"/tenders/{tender.pk}/terms/").content.decode())
    for each in CHOICES:
        assert len(str(each.when)) > 40, each.format
        for words in (each.title, each.gist, each.when):
            assert str(words) in page, each.format
