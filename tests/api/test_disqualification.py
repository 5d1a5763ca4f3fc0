"""Disqualified by the buyer: the result follows, the supplier is told, and it can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Decision, LotResult
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
WHY = {"reason": "The certificate is forged."}


@pytest.fixture
def tender(officer, sellers):
    made = house.published(officer, sellers[:2])
    for seller in sellers[:2]:
        house.accept(seller, made)
    steps = [(SECOND, sellers[0], "500"), (2 * SECOND, sellers[1], "290")]
    house.play(made, steps)
    made.refresh_from_db()
    return made


def url(tender, seller, what="disqualification") -> str:
    return f"{BASE}{tender.pk}/invitations/{seller.company_id}/{what}/"


def result(tender) -> LotResult:
    return LotResult.objects.get(lot__tender=tender)


def test_the_next_wins_and_requalifying_takes_it_back(officer, sellers, tender):
    buyer = api(officer)
    assert result(tender).leader_id == sellers[1].company_id
    assert buyer.post(url(tender, sellers[1]), WHY).status_code == 201

    assert result(tender).leader_id == sellers[0].company_id
    assert str(result(tender).leader_amount.normalize()) in ("500", "5E+2")
    award = f"{BASE}{tender.pk}/results/1/"
    refused = buyer.post(award, {"company": str(sellers[1].company_id)})
    assert refused.data["code"] == "tender.awardee_without_bid"
    again = buyer.post(url(tender, sellers[1]), WHY)
    assert (again.status_code, again.data["code"]) == (409, "auction.already_disqualified")

    assert buyer.post(url(tender, sellers[1], "requalification"), WHY).status_code == 201
    assert result(tender).leader_id == sellers[1].company_id
    assert buyer.post(award, {"company": str(sellers[1].company_id)}).status_code == 201
    late = buyer.post(url(tender, sellers[1]), WHY)
    assert late.status_code == 409
    kinds = list(Decision.objects.filter(tender=tender).values_list("kind", flat=True))
    assert [kind for kind in kinds if "qualified" in kind] == ["disqualified", "requalified"]


def test_a_reason_is_asked_and_only_the_buyer_may(officer, sellers, tender):
    assert api(officer).post(url(tender, sellers[1]), {"reason": " "}).status_code == 422
    assert api(sellers[0]).post(url(tender, sellers[1]), WHY).status_code in (403, 404)
    stranger = house.buyer("Another buyer")
    assert api(stranger).post(url(tender, sellers[1]), WHY).status_code == 404
    assert result(tender).leader_id == sellers[1].company_id


def test_an_abnormally_low_offer_is_named_with_its_figures(officer, sellers, tender):
    (row,) = api(officer).get(f"{BASE}{tender.pk}/abnormal/").data["results"]
    assert row["name"] == sellers[1].company_name
    assert (row["offer"], row["mean_of_initial"], row["below_mean"]) == ("290", "500", "42.0")
    assert api(sellers[0]).get(f"{BASE}{tender.pk}/abnormal/").status_code == 404
    shown = house.signed_in(officer).get(f"/tenders/{tender.pk}/result/").content.decode()
    assert "Abnormally low offers" in shown
    theirs = house.signed_in(sellers[0]).get(f"/tenders/{tender.pk}/result/").content.decode()
    assert "Abnormally low offers" not in theirs


def test_the_page_offers_it_and_does_it(officer, sellers, tender):
    client = house.signed_in(officer)
    page = client.get(f"/tenders/{tender.pk}/").content.decode()
    assert f"Disqualify {sellers[1].company_name}" in page
    given = {"company": str(sellers[1].company_id), **WHY}
    assert client.post(f"/tenders/{tender.pk}/disqualify/", given).status_code == 302
    assert result(tender).leader_id == sellers[0].company_id
    page = client.get(f"/tenders/{tender.pk}/").content.decode()
    assert f"Requalify {sellers[1].company_name}" in page
    assert client.post(f"/tenders/{tender.pk}/requalify/", given).status_code == 302
    assert result(tender).leader_id == sellers[1].company_id


@pytest.mark.parametrize(
    ("format_", "offered"), [("english", True), ("turns", True), ("sealed", False)]
)
def test_the_page_offers_it_where_the_format_has_it(officer, sellers, format_, offered):
    opens = moment_to_wire(utc_now() + timedelta(minutes=30))
    more = {"prebid_opens_at": opens} if format_ == "turns" else {}
    made = house.published(officer, sellers[:2], format=format_, **more)
    house.accept(sellers[0], made)
    page = house.signed_in(officer).get(f"/tenders/{made.pk}/").content.decode()
    assert (f"/tenders/{made.pk}/disqualify/" in page) == offered
