"""Values of the criteria: entered by the buyer, seen by their supplier alone, and they rank."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auctions.domain import outcome
from auctions.domain.visibility import Role, Viewer
from auctions.realtime.rendering import Renderer
from auctions.selectors import load
from auctions.services.policies import surroundings
from marketplace.tenders import auctioning
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.services import scoring
from tests import tender_house as house
from tests.api.test_tender_api import BASE, api

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
WEIGHTED = {
    "scoring.method": "weighted",
    "scoring.criteria": "Delivery: 10 %\nWarranty: 20 %",
}


@pytest.fixture
def tender(officer, sellers):
    made = house.published(officer, sellers[:2], **WEIGHTED)
    for seller in sellers[:2]:
        house.accept(seller, made)
    return made


def url(tender, seller=None) -> str:
    tail = "" if seller is None else f"{seller.company_id}/"
    return f"{BASE}{tender.pk}/scoring/{tail}"


def test_the_buyer_sets_values_and_they_rank(officer, sellers, tender):
    buyer = api(officer)
    given = {"lot": 1, "values": ["0.1", "0,2"]}
    answer = buyer.post(url(tender, sellers[1]), given, format="json")
    assert answer.status_code == 201, answer.data
    assert answer.data["values"] == ["0.1", "0.2"]
    listed = {row["name"]: row["values"] for row in buyer.get(url(tender)).data["results"]}
    assert listed == {sellers[0].company_name: None, sellers[1].company_name: ["0.1", "0.2"]}

    house.play(tender, [(SECOND, sellers[0], "500"), (2 * SECOND, sellers[1], "549")], to_end=False)

    state = load(tender.auction_id)
    seats = auctioning.seats(tender)
    first = outcome.ranking(state, 1)[0]
    assert first.seat == seats[sellers[1].company_id]  # 549 / (1 + 0.3 / 0.7)
    fixed = buyer.post(url(tender, sellers[1]), given, format="json")
    assert (fixed.status_code, fixed.data["code"]) == (409, "auction.scoring_fixed")
    around = surroundings(tender_auction(tender))
    own = {
        seller: Renderer(Viewer(Role.SUPPLIER, seats[seller.company_id]), around).lots(state, None)
        for seller in sellers[:2]
    }
    assert own[sellers[1]][0].own.values == ["0.1", "0.2"]
    assert own[sellers[1]][0].own.score == "384.300000"
    assert own[sellers[0]][0].own.values is None


def test_the_result_says_by_which_score_each_stands_and_a_supplier_reads_its_own(
    officer, sellers, tender
):
    for seller, values in zip(sellers[:2], (("0", "0"), ("0.1", "0.2")), strict=True):
        scoring.set_values(
            actor=officer, tender_id=tender.pk, lot=1, company_id=seller.company_id, values=values
        )
    house.play(tender, [(SECOND, sellers[0], "500"), (2 * SECOND, sellers[1], "549")])
    tender.refresh_from_db()

    def scores(actor) -> dict[str, str]:
        (lot,) = protocol_for(actor, tender)["lots"]
        assert lot["outcome_text"] == "The lowest score leads."
        return {row["name"]: row["score"] for row in lot["standing"]}

    one, two = (each.company_name for each in sellers[:2])
    assert scores(officer) == {two: "384.300000", one: "500.000000"}
    assert scores(sellers[0]) == {one: "500.000000"}
    page = house.signed_in(officer).get(f"/tenders/{tender.pk}/protocol/").content.decode()
    assert "384.30" in page
    assert (
        "384.30"
        not in house.signed_in(sellers[0])
        .get(f"/auctions/{tender.auction_id}/debrief/")
        .content.decode()
    )
    assert (
        "Score 384.30"
        in house.signed_in(officer).get(f"/auctions/{tender.auction_id}/debrief/").content.decode()
    )


def tender_auction(tender):
    return auctioning.row_of(tender)


def test_what_is_wrong_is_named_and_nothing_is_kept(officer, sellers, tender):
    buyer = api(officer)
    for values, code in [
        (["0.11", "0"], "auction.scoring_value"),
        (["0.1"], "auction.scoring_value"),
        (["x", "0"], "tender.score_number_malformed"),
    ]:
        answer = buyer.post(url(tender, sellers[0]), {"lot": 1, "values": values}, format="json")
        assert (answer.status_code, answer.data["code"]) == (422, code)
    assert load(tender.auction_id).lots[1].values == {}
    assert buyer.get(f"{url(tender)}?lot=7").status_code == 404


def test_only_the_buyer_of_a_scored_tender_comes_here(officer, sellers, tender):
    assert api(sellers[0]).get(url(tender)).status_code == 404
    given = {"lot": 1, "values": ["0", "0"]}
    refused = api(sellers[0]).post(url(tender, sellers[0]), given, format="json")
    assert refused.status_code in (403, 404)
    plain = house.published(officer, sellers[:1])
    assert api(officer).get(url(plain)).status_code == 404


def test_the_page_saves_all_rows_or_none(officer, sellers, tender):
    client = house.signed_in(officer)
    page = f"/tenders/{tender.pk}/scoring/"
    one, other = sellers[0].company_id, sellers[1].company_id
    typed = {f"v-{one}-1": "0.05", f"v-{one}-2": "0.1", f"v-{other}-1": "0.5", f"v-{other}-2": "0"}
    refused = client.post(f"{page}?lot=1", typed)
    assert refused.status_code == 422
    assert b"aria-invalid" in refused.content
    assert load(tender.auction_id).lots[1].values == {}

    assert client.post(f"{page}?lot=1", {**typed, f"v-{other}-1": "0.1"}).status_code == 302

    assert len(load(tender.auction_id).lots[1].values) == 2
    shown = client.get(page).content.decode()
    assert 'value="0.05"' in shown
    assert "Delivery" in shown


def test_the_list_costs_the_same_however_many_suppliers(
    officer, sellers, tender, django_assert_max_num_queries
):
    client = house.signed_in(officer)
    client.get(f"/tenders/{tender.pk}/scoring/")
    with django_assert_max_num_queries(25):
        client.get(f"/tenders/{tender.pk}/scoring/")


def test_criteria_as_typed_become_terms_and_words(officer, sellers):
    made = house.draft(
        officer,
        sellers[:1],
        **{"scoring.method": "landed", "scoring.criteria": "Duty: %\nFreight"},
    )
    checked = api(officer).get(f"{BASE}{made.pk}/terms/").data
    assert checked["problems"] == []
    assert [each["kind"] for each in checked["terms"]["scoring"]["criteria"]] == [
        "percent",
        "amount",
    ]
    read = house.signed_in(officer).get(f"/tenders/{made.pk}/publish/").content.decode()
    assert "The lowest score wins" in read
    wrong = {"rules": {"scoring.method": "weighted", "scoring.criteria": "Warranty: 31 %"}}
    api(officer).patch(f"{BASE}{made.pk}/terms/", wrong, format="json")
    found = api(officer).get(f"{BASE}{made.pk}/terms/").data["problems"]
    assert [each["field"] for each in found] == ["scoring.criteria"]
