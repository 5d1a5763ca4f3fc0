"""Choosing a format in a browser: what is for experts is folded away, and found by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from marketplace.tenders.models import Tender
from tests import tender_house as house
from tests.e2e.live import Visitor
from tests.e2e.looking import look
from tests.rooms import Supplier

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def officer() -> Actor:
    return house.buyer()


@pytest.fixture
def desk(visitor: Callable[..., Visitor], officer: Actor) -> Callable[..., Visitor]:
    """The officer's own browser, with the options of a browser's context."""
    person = Supplier(
        Company.objects.get(pk=officer.company_id), User.objects.get(pk=officer.user_id)
    )
    return lambda **options: visitor(person, **options)


def _tender(officer: Actor) -> tuple[Tender, str]:
    tender = house.draft(officer, ())
    return tender, f"/tenders/{tender.pk}/terms/"


def _open(who: Visitor, path: str) -> Page:
    who.page.goto(who.address + path)
    return who.page


def test_vickrey_is_chosen_by_keyboard_and_then_stands_open(
    desk: Callable[..., Visitor], officer: Actor
) -> None:
    tender, path = _tender(officer)
    page = _open(desk(), path)
    vickrey = page.get_by_role("button", name="Vickrey")
    expect(page.get_by_role("button", name="Sealed first price")).to_be_visible()
    expect(vickrey).to_be_hidden()
    # The last card of the menu, then the fold, then what is in it.
    page.get_by_role("button", name="Budget").focus()
    page.keyboard.press("Tab")
    expect(page.locator("summary", has_text="For experts")).to_be_focused()
    page.keyboard.press("Enter")
    expect(vickrey).to_be_visible()
    page.keyboard.press("Tab")
    expect(vickrey).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Changed. Look at the settings below.")).to_be_visible()
    expect(vickrey).to_be_visible()
    expect(vickrey).to_have_attribute("aria-pressed", "true")
    tender.refresh_from_db()
    assert tender.rules["format"] == "vickrey"
    page.get_by_role("button", name="Sealed first price").click()
    expect(page.get_by_text("Changed. Look at the settings below.")).to_be_visible()
    expect(vickrey).to_be_hidden()


def test_the_fold_needs_no_script(desk: Callable[..., Visitor], officer: Actor) -> None:
    tender, path = _tender(officer)
    page = _open(desk(java_script_enabled=False), path)
    vickrey = page.get_by_role("button", name="Vickrey")
    expect(vickrey).to_be_hidden()
    page.get_by_text("For experts", exact=True).click()
    vickrey.click()
    expect(page.get_by_text("Changed. Look at the settings below.")).to_be_visible()
    expect(vickrey).to_be_visible()
    tender.refresh_from_db()
    assert tender.rules["format"] == "vickrey"


def test_folded_and_open_it_reads_well_in_every_language_and_on_a_phone(
    desk: Callable[..., Visitor], officer: Actor
) -> None:
    _tender_kept, path = _tender(officer)
    who = desk()
    assert look(who, path, "#id_format summary") == []

    def opened() -> None:
        who.page.locator("#id_format summary").click()
        expect(who.page.locator("#id_format details button")).to_be_visible()

    assert look(who, path, "#id_format summary", opened) == []
