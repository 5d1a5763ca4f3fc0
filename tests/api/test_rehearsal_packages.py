"""Rehearsals where the terms take packages or discounts: on the page and over the API."""

from __future__ import annotations

import csv
import io

import pytest

from auctions.rehearsal.models import Rehearsal
from marketplace.tenders.services import lots
from tests import tender_house as house
from tests.api.test_rehearsals import TYPED, address, finished
from tests.people import api_client
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db


def with_packages(officer, sellers, **rules):
    tender = house.draft(
        officer, sellers, **{"format": "sealed", "packages": True, "length": "30", **rules}
    )
    for number in range(2):
        lots.add_lot(actor=officer, tender_id=tender.pk, lot=house.lot(f"Strip {number}"))
    return tender


def test_the_form_asks_what_a_package_saves_and_the_report_tells_what_they_won(officer, sellers):
    tender, client = with_packages(officer, sellers), signed_in(officer)
    asked = client.get(address("rehearsals", tender)).content.decode()
    assert 'name="package_saving" value="5"' in asked
    typed = {**TYPED, "steps": "", "runs": "6", "package_saving": "30"}
    client.post(address("rehearsals", tender), typed)
    made = finished(Rehearsal.objects.get())
    kept = [lot["package"] for run in made.runs.all() for lot in run.figures["lots"]]
    share = f"{100 * sum(kept) / len(kept):.1f}".removesuffix(".0")
    page = client.get(address("rehearsal", tender, made.pk)).content.decode()
    assert any(kept)
    assert "Won by a package" in page
    assert f"{share} %" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "A package saves at most</dt><dd>30" in page
    bots = made.runs.get(number=0).figures["bots"]
    assert all(f">{', '.join(bot['together'])}</td>" in page for bot in bots)
    sheet = client.get(address("rehearsal-csv", tender, made.pk)).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";" if ";" in sheet[:40] else ","))
    assert rows[0][-2:] == ["By a package", "With a discount"]
    assert [row[-2] == "yes" for row in rows[1:]] == kept
    assert {row[-1] for row in rows[1:]} == {"no"}
    assert "discount_saving" not in asked
    assert "Won with a discount" not in page


def test_the_form_asks_what_a_discount_saves_and_the_report_tells_what_they_won(officer, sellers):
    rules = {"packages": False, "packages.discounts": True}
    tender, client = with_packages(officer, sellers, **rules), signed_in(officer)
    asked = client.get(address("rehearsals", tender)).content.decode()
    assert 'name="discount_saving" value="5"' in asked
    typed = {**TYPED, "steps": "", "runs": "4", "discount_saving": "30"}
    client.post(address("rehearsals", tender), typed)
    made = finished(Rehearsal.objects.get())
    kept = [lot["discount"] for run in made.runs.all() for lot in run.figures["lots"]]
    share = f"{100 * sum(kept) / len(kept):.1f}".removesuffix(".0")
    page = client.get(address("rehearsal", tender, made.pk)).content.decode()
    assert any(kept)
    told = page.partition("Won with a discount")[2][:200].replace("\N{NO-BREAK SPACE}", " ")
    assert f"{share} %" in told
    assert "condition saves at most</dt><dd>30" in page
    for bot in made.runs.get(number=0).figures["bots"]:
        lots_named, count = bot["condition"]["lots"], bot["condition"]["count"]
        words = (
            f"lots {', '.join(map(str, lots_named))}" if lots_named else f"at least {count} lots"
        )
        assert f">{words}</td>" in page
    sheet = client.get(address("rehearsal-csv", tender, made.pk)).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";" if ";" in sheet[:40] else ","))
    assert [row[-1] == "yes" for row in rows[1:]] == kept
    again = client.post(address("rehearsal-again", tender, made.pk))
    assert again.status_code == 302
    second = finished(Rehearsal.objects.exclude(pk=made.pk).get())
    assert [run.figures for run in second.runs.order_by("variant", "number")] == [
        run.figures for run in made.runs.order_by("variant", "number")
    ]


def test_what_a_discount_saves_over_the_api(officer, sellers):
    tender, api = (
        with_packages(officer, sellers, **{"packages.discounts": True}),
        api_client(officer),
    )
    url = f"/api/v1/tenders/{tender.pk}/rehearsals/"
    body = {"bots": 3, "runs": 1, "seed": "s1", "discount_saving": "12.5"}
    made = api.post(url, body, format="json").json()
    finished(Rehearsal.objects.get())
    document = api.get(f"{url}{made['id']}/").json()
    assert document["setup"]["costs"]["discount_saving"] == "12.5"
    assert document["setup"]["costs"]["saving"] == "5"
    (real,) = document["variants"]
    assert real["summary"]["with_discount"] is not None
    for nonsense in ("100", "-1", "none"):
        wrong = api.post(url, {**body, "discount_saving": nonsense}, format="json")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "rehearsal.field_wrong")
        assert "discount_saving" in str(wrong.json())


def test_over_the_api_with_what_is_wrong_beside_its_field(officer, sellers):
    tender, api = with_packages(officer, sellers), api_client(officer)
    url = f"/api/v1/tenders/{tender.pk}/rehearsals/"
    body = {"bots": 3, "runs": 2, "seed": "s1", "package_saving": "12.5"}
    made = api.post(url, body, format="json").json()
    finished(Rehearsal.objects.get())
    document = api.get(f"{url}{made['id']}/").json()
    assert document["setup"]["costs"]["saving"] == "12.5"
    (real,) = document["variants"]
    assert real["summary"]["by_package"] is not None
    assert {lot["package"] for run in real["runs"] for lot in run["lots"]} <= {True, False}
    for nonsense in ("100", "-1", "none"):
        wrong = api.post(url, {**body, "package_saving": nonsense}, format="json")
        assert (wrong.status_code, wrong.json()["code"]) == (422, "rehearsal.field_wrong")
        assert "package_saving" in str(wrong.json())


@pytest.mark.parametrize(
    "rules", [{"packages": False}, {"packages": False, "packages.discounts": True}]
)
def test_without_packages_nothing_is_asked_or_told_of_them(officer, sellers, rules):
    tender, client = with_packages(officer, sellers, **rules), signed_in(officer)
    assert "package_saving" not in client.get(address("rehearsals", tender)).content.decode()
    client.post(address("rehearsals", tender), {**TYPED, "package_saving": "nonsense"})
    made = finished(Rehearsal.objects.get())
    assert made.setup["costs"].get("saving") is None
    assert bool(made.terms.get("packages")) is ("packages.discounts" in rules)
    page = client.get(address("rehearsal", tender, made.pk)).content.decode()
    assert "Won by a package" not in page
    assert "Lots of its package" not in page
