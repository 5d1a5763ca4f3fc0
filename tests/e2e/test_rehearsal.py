"""A rehearsal in a browser: asked for by a form, watched, read, in both themes and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from playwright.sync_api import Browser, expect

from auctions.rehearsal import services
from auctions.rehearsal.models import Rehearsal
from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from marketplace.tenders.services import rehearsing
from reference.models import Currency, Unit
from tests import tender_house as house
from tests.accessibility import violations
from tests.e2e.live import Visitor, picture, site
from tests.e2e.looking import DESK, PHONE, look
from tests.rooms import Supplier

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[[Actor], Visitor]]:
    """Opens a person's own browser on a site of this test."""
    Currency.objects.create(code="EUR", digits=2, name_en="Euro", name_ru="Евро", name_uk="Євро")
    Unit.objects.create(
        code="TNE", symbol_en="t", symbol_ru="т", symbol_uk="т", name_en="tonne", name_ru="тонна",
        name_uk="тонна",
    )  # fmt: skip
    made: list[Visitor] = []
    with site() as address:

        def visitor(actor: Actor) -> Visitor:
            person = Supplier(
                Company.objects.get(pk=actor.company_id), User.objects.get(pk=actor.user_id)
            )
            made.append(Visitor(chromium, address, person, viewport=DESK))
            return made[-1]

        yield visitor
        complaints = [line for each in made for line in each.complaints if "of 422" not in line]
        for each in made:
            each.context.close()
    assert complaints == []


def test_an_officer_rehearses_its_draft(visit, officer, sellers, monkeypatch):
    tender = house.draft(officer, sellers)
    who = visit(officer)
    page = who.page
    page.goto(f"{who.address}/tenders/{tender.pk}/terms/")
    page.get_by_role("link", name="Rehearsals").click()
    expect(page.get_by_text("No rehearsal yet")).to_be_visible()
    page.get_by_label("Bidders").fill("40")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_text("whole number from 1 to 20")).to_be_visible()
    page.get_by_label("Bidders").fill("4")
    page.get_by_label("Runs").fill("6")
    page.get_by_label("Seed").fill("journey")
    page.get_by_role("button", name="Rehearse").click()
    expect(page.locator("dt", has_text="Likely duration")).to_be_visible(timeout=30_000)
    assert page.locator("svg.tender-chart").count() == 6
    picture(page, "desk")
    made = Rehearsal.objects.get()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert re.fullmatch(r"rehearsal-[0-9a-f-]+\.csv", download.value.suggested_filename)

    path = f"/tenders/{tender.pk}/rehearsals/"
    assert look(who, path, "h2") == []
    picture(page, "list")
    assert look(who, f"{path}{made.pk}/", "svg.tender-chart") == []
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    picture(page, "phone")
    page.get_by_role("button", name="Run again").click()
    expect(page.locator("dt", has_text="Likely duration")).to_be_visible(timeout=30_000)
    assert rehearsing.rehearsals_of(officer, tender.pk).count() == 2


def test_progress_is_followed_and_stopped(visit, officer, sellers, monkeypatch):
    # Played by hand, so that the page can be looked at meanwhile.
    monkeypatch.setattr("auctions.rehearsal.tasks.go_on", SimpleNamespace(delay=lambda _id: None))
    tender = house.draft(officer, sellers)
    typed = {"bots": "3", "runs": "3", "seed": "s", "steps": "1"}
    first, second = (
        rehearsing.rehearse(actor=officer, tender_id=tender.pk, typed=typed) for _ in range(2)
    )
    who = visit(officer)
    page = who.page
    page.goto(f"{who.address}/tenders/{tender.pk}/rehearsals/{first.pk}/")
    expect(page.get_by_text("0 of 6 runs are played")).to_be_visible()
    assert violations(page) == []
    services._one_more(first.pk)
    expect(page.get_by_text("1 of 6 runs are played")).to_be_visible()
    while services.go_on(first.pk):
        continue
    expect(page.locator("dt", has_text="Likely duration")).to_be_visible()
    page.goto(f"{who.address}/tenders/{tender.pk}/rehearsals/{second.pk}/")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("stopped before the first run")).to_be_visible()
