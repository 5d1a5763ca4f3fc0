"""Other formats and decrements beside the terms: asked for on the page and over the API, played by
the background task, and read as figures, charts and tables."""

from __future__ import annotations

from decimal import Decimal
from html import unescape
from statistics import median
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from auctions.rehearsal.models import Rehearsal, RehearsalState
from crm_core.access.actor import Actor
from marketplace.tenders.models import Tender
from tests import tender_house as house
from tests.people import api_client
from tests.screening_house import text
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
ROUNDED = Decimal("0.05")  # percents are shown with one digit
RUNS = 12  # each with costs drawn from a seed of its own
TYPED = {"bots": 4, "runs": RUNS, "seed": "compared", "strategies": ["straightforward", "timid"]}
VARIANTS = [
    ("1 · As in the terms", "english", None),
    ("2 · Step 0.2 %", "english", "0.2"),
    ("3 · Step 2 %", "english", "2"),
    ("4 · Dutch", "dutch", None),
    ("5 · Sealed first price", "sealed", None),
]
NAMES = [name for name, _format, _step in VARIANTS]


@pytest.fixture
def tender(officer: Actor, sellers: list[Actor]) -> Tender:
    return house.draft(officer, sellers)


@pytest.fixture
def over_the_api(
    officer: Actor, tender: Tender, django_capture_on_commit_callbacks: Any
) -> dict[str, Any]:
    """Asked for by a program and played by the task that the request leaves behind."""
    api, url = api_client(officer), f"/api/v1/tenders/{tender.pk}/rehearsals/"
    body = {**TYPED, "formats": ["dutch", "sealed"], "steps": ["0.2", "2"]}
    with django_capture_on_commit_callbacks(execute=True):
        made = api.post(url, body, format="json")
    assert made.status_code == 202
    found: dict[str, Any] = api.get(f"{url}{made.json()['id']}/").json()
    return found


def figures(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The summary of each variant."""
    return [each["summary"] for each in document["variants"]]


def whole_page(client: Client, tender: Tender) -> str:
    made = Rehearsal.objects.get()
    assert (made.state, made.done, made.total) == (RehearsalState.DONE, 5 * RUNS, 5 * RUNS)
    page = client.get(reverse("tenders:rehearsal", args=[tender.pk, made.pk]))
    return unescape(text(page))


def comparison(page: str, name: str) -> tuple[str, dict[str, list[str]]]:
    """The chart of one figure, and the table beside it: five values of each variant."""
    section = page.partition(f'aria-labelledby="h-{name}"')[2].partition("</section>")[0]
    chart, _, table = section.partition("</svg>")
    rows = table.partition("<tbody>")[2].split('<tr><th scope="row">')[1:]
    values = {}
    for row in rows:
        variant, *cells = row.split("<td")
        values[variant.partition("</th>")[0]] = [
            cell.partition(">")[2].partition("</td>")[0] for cell in cells
        ]
    return chart, values


def test_each_variant_has_its_figures_over_the_api(over_the_api: dict[str, Any]) -> None:
    assert over_the_api["state"] == "done"
    assert [
        (each["format"], each["step_percent"], each["real"]) for each in over_the_api["variants"]
    ] == [(name, step, place == 0) for place, (_, name, step) in enumerate(VARIANTS)]
    for variant in over_the_api["variants"]:
        runs, told = variant["runs"], variant["summary"]
        assert (len(runs), told["runs"], told["broken_off"]) == (RUNS, RUNS, 0)
        for name in ("seconds", "extensions", "bids"):
            values = [Decimal(run[name]) for run in runs]
            kept = [Decimal(each) for each in told[name]]
            assert (kept[0], kept[2], kept[4]) == (min(values), median(values), max(values))
        ratios = [Decimal(lot["of_second"]) for run in runs for lot in run["lots"] if lot["price"]]
        assert Decimal(told["of_second"][2]) == median(ratios)
        assert Decimal(told["won"]) == 100 * Decimal(len(ratios)) / RUNS


def test_every_variant_meets_the_same_bidders_and_differs_by_its_rules(
    over_the_api: dict[str, Any],
) -> None:
    for runs in zip(*(each["runs"] for each in over_the_api["variants"]), strict=True):
        assert len({run["lots"][0]["second_cost"] for run in runs}) == 1
    first = [each["runs"][0]["bots"] for each in over_the_api["variants"]]
    assert [len(bots) for bots in first] == [4] * 5
    assert all(bots == first[0] for bots in first)  # seats, habits and costs
    terms, fine, coarse, dutch, sealed = figures(over_the_api)
    # Smaller decrements take more bids; a clock and one envelope each take no more than these.
    bids = [Decimal(each["bids"][2]) for each in (fine, terms, coarse)]
    assert bids == sorted(bids, reverse=True)
    assert bids[0] > bids[2]
    assert Decimal(dutch["bids"][4]) == 1
    assert Decimal(sealed["bids"][4]) <= 4
    assert {Decimal(each) for each in sealed["extensions"]} == {0}
    assert over_the_api["variants"][1]["runs"] != over_the_api["variants"][2]["runs"]


def test_from_the_form_to_a_chart_and_a_table_of_each_figure(
    officer: Actor, tender: Tender, django_capture_on_commit_callbacks: Any
) -> None:
    client, url = signed_in(officer), reverse("tenders:rehearsals", args=[tender.pk])
    form = client.get(url).content.decode()
    assert 'name="formats" value="dutch"' in form
    typed = {**TYPED, "formats": ["dutch", "sealed"], "steps": "0,2; 2", "spread": "uniform"}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, typed).status_code == 302
    page = whole_page(client, tender)
    api = f"/api/v1/tenders/{tender.pk}/rehearsals/{Rehearsal.objects.get().pk}/"
    told = figures(api_client(officer).get(api).json())
    for name in ("seconds", "extensions", "of_second", "spent"):
        chart, values = comparison(page, name)
        assert 'role="img"' in chart
        assert "The table below has the same figures." in chart
        assert chart.count('<text class="tender-chart__name"') == 5
        assert chart.count('<rect class="tender-chart__box') == 5
        assert chart.count('<rect class="tender-chart__box is-real"') == 1
        assert chart.count('<line class="tender-chart__median"') == 5
        assert list(values) == NAMES
        assert [len(five) for five in values.values()] == [5] * 5
    _chart, extensions = comparison(page, "extensions")
    _chart, ratios = comparison(page, "of_second")
    for name, summary in zip(NAMES, told, strict=True):
        assert [Decimal(each) for each in extensions[name]] == [
            Decimal(each) for each in summary["extensions"]
        ]
        shown = [Decimal(each.removesuffix(" %")) for each in ratios[name]]
        kept = [Decimal(each) for each in summary["of_second"]]
        assert [
            pair for pair in zip(shown, kept, strict=True) if abs(pair[0] - pair[1]) > ROUNDED
        ] == []
    assert len({tuple(five) for five in ratios.values()}) == 5  # no two variants are alike


def test_the_same_is_asked_on_the_page_and_over_the_api(
    officer: Actor, tender: Tender, over_the_api: dict[str, Any]
) -> None:
    page = whole_page(signed_in(officer), tender)
    assert list(comparison(page, "spent")[1]) == NAMES
    rows = signed_in(officer).get(
        reverse("tenders:rehearsal-csv", args=[tender.pk, over_the_api["id"]])
    )
    lines = rows.content.decode("utf-8-sig").splitlines()[1:]
    assert len(lines) == 5 * RUNS
    assert {line.partition(",")[0] for line in lines} == {
        name.partition(" · ")[2].replace(" %", "\u00a0%") for name in NAMES
    }


def test_a_format_that_there_is_not_is_told_beside_its_field(
    officer: Actor, tender: Tender
) -> None:
    client, url = signed_in(officer), reverse("tenders:rehearsals", args=[tender.pk])
    typed = {**TYPED, "steps": "", "spread": "uniform", "formats": ["dutch", "tombola"]}
    answer = client.post(url, typed)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["formats"]
    page = unescape(text(answer))
    field = page.partition("<legend>Other formats to compare")[2].partition("</fieldset>")[0]
    assert 'id="id_formats_error"' in field
    assert "tombola is not one of the available choices." in field
    assert 'value="dutch" aria-invalid="true" checked' in field  # what was ticked stays ticked
    assert page.count('class="ff-field__error"') == 1
    api = f"/api/v1/tenders/{tender.pk}/rehearsals/"
    wrong = api_client(officer).post(api, {**TYPED, "formats": ["tombola"]}, format="json")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "request.invalid")
    (error,) = wrong.json()["errors"]
    assert error["field"] == "formats.0"
    assert "tombola" in error["detail"]
    assert not Rehearsal.objects.exists()
