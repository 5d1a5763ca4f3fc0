"""Rehearsals on pages and over the API."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from auctions.rehearsal import services
from auctions.rehearsal.models import Rehearsal, RehearsalState
from marketplace.tenders.services import rehearsing
from tests import tender_house as house
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
TYPED = {
    "bots": "3", "runs": "2", "seed": "s1", "strategies": ["straightforward", "sniper"],
    "spread": "uniform", "cost_low": "75", "cost_high": "95", "steps": "1",
}  # fmt: skip


@pytest.fixture
def tender(officer, sellers):
    return house.draft(officer, sellers)


def finished(made: Rehearsal) -> Rehearsal:
    while services.go_on(made.pk):
        continue
    made.refresh_from_db()
    return made


def address(name, tender, *more):
    return reverse(f"tenders:{name}", args=[tender.pk, *more])


def test_from_the_form_to_the_charts(officer, tender):
    client = signed_in(officer)
    listed = client.get(address("rehearsals", tender))
    assert b"No rehearsal yet" in listed.content
    answer = client.post(address("rehearsals", tender), TYPED)
    made = Rehearsal.objects.get()
    page = address("rehearsal", tender, made.pk)
    assert answer["Location"] == page
    waiting = client.get(page).content.decode()
    assert "0 of 4 runs" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    part = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    finished(made)
    assert client.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    whole = client.get(page).content.decode()
    assert whole.count('<svg class="tender-chart"') == 6
    assert whole.count("1 · As in the terms") == 4
    assert "2 · Step 1" in whole
    assert "4 / 4" in client.get(address("rehearsals", tender)).content.decode()


def test_charts_are_written_with_points_in_every_language(officer, tender):
    made = finished(rehearsing.rehearse(actor=officer, tender_id=tender.pk, typed=TYPED))
    client = signed_in(officer)
    for language in ("ru", "uk"):
        html = client.get(
            address("rehearsal", tender, made.pk), headers={"Accept-Language": language}
        ).content.decode()
        for chart in html.split('<svg class="tender-chart"')[1:]:
            shapes = chart.partition("</svg>")[0]
            for name in ("x1", "y1", "x", "cx", "width", "height"):
                values = [each.partition('"')[0] for each in shapes.split(f' {name}="')[1:]]
                assert all(float(value) == float(value) for value in values)


def test_a_wrong_field_is_told_beside_it(officer, tender):
    answer = signed_in(officer).post(address("rehearsals", tender), {**TYPED, "bots": "99"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["bots"]
    assert not Rehearsal.objects.exists()


def test_stop_again_delete_and_the_files(officer, tender):
    client = signed_in(officer)
    made = rehearsing.rehearse(actor=officer, tender_id=tender.pk, typed=TYPED)
    services._one_more(made.pk)
    client.post(address("rehearsal-cancel", tender, made.pk))
    made.refresh_from_db()
    assert made.state == RehearsalState.CANCELLED
    assert client.get(address("rehearsal", tender, made.pk)).status_code == 200
    rows = client.get(address("rehearsal-csv", tender, made.pk)).content.decode("utf-8-sig")
    assert len(rows.splitlines()) == 2
    assert rows.startswith("Variant,Run,")
    text = client.get(address("rehearsal-json", tender, made.pk)).content
    assert json.loads(text)["variants"][0]["runs"][0]["lots"][0]["lot"] == 1
    again = client.post(address("rehearsal-again", tender, made.pk))
    other = Rehearsal.objects.exclude(pk=made.pk).get()
    assert again["Location"] == address("rehearsal", tender, other.pk)
    assert other.setup == made.setup
    client.post(address("rehearsal-delete", tender, made.pk))
    assert not Rehearsal.objects.filter(pk=made.pk).exists()


def test_the_list_costs_the_same_whatever_its_length(
    officer, tender, django_assert_max_num_queries
):
    client = signed_in(officer)
    for seed in range(3):
        finished(
            rehearsing.rehearse(
                actor=officer, tender_id=tender.pk, typed={**TYPED, "seed": str(seed)}
            )
        )
    client.get(address("rehearsals", tender))
    with django_assert_max_num_queries(24) as few:
        client.get(address("rehearsals", tender))
    Rehearsal.objects.bulk_create(
        Rehearsal(
            company_id=officer.company_id, subject_urn=tender.urn, terms={}, total=1, done=1,
            setup={"bots": 1, "seed": "x"}, state="done", finished_at=tender.updated_at,
        )
        for _ in range(30)
    )  # fmt: skip
    with django_assert_max_num_queries(len(few)):
        html = client.get(address("rehearsals", tender)).content.decode()
    assert "?page=2" in html


def test_over_the_api(officer, sellers, tender):
    api = api_client(officer)
    url = f"/api/v1/tenders/{tender.pk}/rehearsals/"
    body = {"bots": 3, "runs": 2, "seed": "s1", "steps": ["1"], "cost_low": "80"}
    made = api.post(url, body, format="json")
    assert made.status_code == 202
    one = f"{url}{made.json()['id']}/"
    finished(Rehearsal.objects.get())
    document = api.get(one).json()
    assert (document["state"], document["done"]) == ("done", 4)
    assert [each["real"] for each in document["variants"]] == [True, False]
    assert document["variants"][0]["summary"]["runs"] == 2
    assert document["setup"]["costs"]["low"] == "80"
    assert api.get(url).json()["count"] == 1
    assert api.post(f"{one}cancel/").json()["code"] == "rehearsal.over"
    assert api.post(f"{one}again/").status_code == 202
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    wrong = api.post(url, {"bots": 99}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "rehearsal.field_wrong")
    assert api_client(sellers[0]).get(url).status_code == 403
    assert api_client(house.buyer("Riga Ports SIA")).get(url).status_code == 404


def test_a_level_is_asked_where_a_lot_has_no_ceiling(officer, tender):
    from marketplace.tenders.services import lots

    lots.update_lot(
        actor=officer, tender_id=tender.pk, lot_id=tender.lots.get().pk,
        lot=house.lot(ceiling=""),
    )  # fmt: skip
    client = signed_in(officer)
    assert 'name="price_1"' in client.get(address("rehearsals", tender)).content.decode()
    refused = client.post(address("rehearsals", tender), TYPED)
    assert refused.context["form"].errors["price_1"]
    assert (
        client.post(address("rehearsals", tender), {**TYPED, "price_1": "500"}).status_code == 302
    )
