"""Nonsense is refused with a reason, never answered by a 500."""

from __future__ import annotations

import pytest
from django.test import Client

from crm_core.people.models import User
from marketplace.tenders.models import LotOutcome, LotResult
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["tenders", "companies", "categories", "units", "currencies", "auctions"]
)
def test_a_nul_in_a_search_is_refused(officer, path: str) -> None:
    assert api(officer).get(f"/api/v1/{path}/?search=%00&parent=%00").status_code == 400


def test_a_nul_in_a_form_is_refused(officer) -> None:
    page = Client()
    page.force_login(User.objects.get(pk=officer.user_id))
    tender = house.published(officer, [house.supplier("Baltmet AS")])

    answer = page.post(f"/tenders/{tender.pk}/cancel/", {"reason": "a\0b"})

    assert answer.status_code == 400
    tender.refresh_from_db()
    assert tender.state == "published"


@pytest.mark.parametrize(
    "body",
    ["[" * 100_000, '{"title": "\\ud800"}', '{"\\udfff": 1}', '{"title": "\\u0000"}'],
)
def test_json_that_is_no_text_or_too_deep_is_refused(officer, body: str) -> None:
    answer = api(officer).generic("POST", BASE, body, content_type="application/json")

    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] == "request.parse_error"


@pytest.mark.parametrize(
    "pasted", ["title;quantity;scale\nSteel;1;²", "title;quantity\rSteel;1", "a" * 200_000]
)
def test_a_table_that_is_none_is_refused_beside_its_field(officer, pasted: str) -> None:
    page = Client()
    page.force_login(User.objects.get(pk=officer.user_id))
    tender = house.draft(officer)

    answer = page.post(f"/tenders/{tender.pk}/lots/paste/", {"pasted": pasted})

    assert answer.status_code in (302, 422)


def test_a_version_in_foreign_digits_is_a_version_that_is_not_in_force(officer) -> None:
    seller = house.supplier("Baltmet AS")
    tender = house.published(officer, [seller])
    page = Client()
    page.force_login(User.objects.get(pk=seller.user_id))

    for version in ("²", "9" * 5000):
        answer = page.post(
            f"/tenders/{tender.pk}/accept/",
            {"version": version, "terms_hash": tender.terms_hash, "agreed": "on"},
        )
        assert answer.status_code == 302
    assert tender.invitations.get().state == "invited"


def test_a_blind_buyer_learns_no_winner_before_the_last_lot_closed(officer) -> None:
    seller = house.supplier("Baltmet AS")
    tender = house.published(officer, [seller], blind=True)
    LotResult.objects.create(
        lot=tender.lots.get(), outcome=LotOutcome.WON, leader_id=seller.company_id,
        leader_amount="500", leader_seat="AAAAAA", closed_at=tender.published_at,
    )  # fmt: skip
    url = f"{BASE}{tender.pk}/results/"

    assert api(officer).get(url).data["results"] == []

    tender.state, tender.ended_at = "closed", tender.published_at
    tender.save()
    assert api(officer).get(url).data["results"][0]["leader"] == seller.company_id
