"""Ctrl-K in a browser: words, arrow keys and Enter lead to a tender, without a pointer."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from crm_core.companies.models import Company
from crm_core.people.models import User
from tests import tender_house as house
from tests.accessibility import violations
from tests.e2e.live import Visitor, site
from tests.rooms import Supplier

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_tender_is_found_and_opened_by_keyboard_alone(chromium: Browser) -> None:
    officer = house.buyer()
    drafts = [house.draft(officer) for _number in range(2)]
    with site() as address:
        person = Supplier(
            Company.objects.get(pk=officer.company_id), User.objects.get(pk=officer.user_id)
        )
        visitor = Visitor(chromium, address, person)
        page = visitor.page
        page.goto(f"{address}/tenders/")
        field = page.get_by_role("combobox", name="Search")

        page.keyboard.press("Control+k")
        expect(field).to_be_focused()
        page.keyboard.type("steel")
        options = page.locator("#search-hits a[role=option]")
        expect(options).to_have_count(2)
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(page.locator("#say")).to_contain_text("Found: 2")
        assert violations(page) == []

        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(options.nth(1)).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute(
            "aria-activedescendant", options.nth(1).get_attribute("id") or "-"
        )
        page.keyboard.press("Escape")
        expect(page.locator("#search-hits")).to_be_hidden()
        expect(field).to_be_focused()
        page.keyboard.press("ArrowDown")
        chosen = options.nth(0).get_attribute("href") or "-"
        assert any(str(each.pk) in chosen for each in drafts)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(re.escape(chosen)))

        page.keyboard.press("Control+k")
        page.keyboard.type("no such thing")
        expect(page.locator("#search-hits")).to_contain_text("Nothing you may see matches")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/ui/search/\?q=no"))
        expect(page.get_by_role("heading", name="Search for “no such thing”")).to_be_visible()

        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/tenders/")
        page.get_by_role("link", name="Search", exact=True).click()
        page.wait_for_url(re.compile(r"/ui/search/$"))
        visitor.context.close()
        assert visitor.complaints == []
