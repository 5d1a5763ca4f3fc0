"""An integrity alert in a browser: the buyer reads what it rests on and decides on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from auctions.models import AlertDecision
from crm_core.access.actor import Actor
from tests.e2e.houses import euro_and_tonne, person_of
from tests.e2e.live import Visitor, assert_accessible
from tests.e2e.looking import PHONE
from tests.e2e.world_auctions import alerted, over
from tests.formats_house import MINUTE
from tests.tender_house import play

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WHY = "Both work from the same business centre."


def test_an_alert_is_looked_at_dismissed_with_a_reason_and_opened_again(
    visitor: Callable[..., Visitor], officer: Actor, sellers: list[Actor]
) -> None:
    euro_and_tonne()
    tender = over(officer, sellers, "Steel plate")
    play(tender, [(MINUTE, sellers[0], "540.00"), (2 * MINUTE, sellers[1], "531.50")])
    alerted(tender)
    who = visitor(person_of(officer))
    page, path = who.page, f"/auctions/{tender.auction_id}/integrity/"
    page.goto(f"{who.address}/auctions/{tender.auction_id}/console/")
    page.locator(f"#end-links a[href='{path}']").click()
    expect(page.locator("article[id^=alert-]")).to_have_count(2)  # one address, one device
    alert = page.locator("article[id^=alert-]").first
    state = alert.locator(".ff-chip").first
    expect(state).to_have_text("Open")
    for each in sellers:
        expect(alert.locator("table")).to_contain_text(each.company_name)
    expect(alert.locator("dl")).to_contain_text("What else it may be")

    alert.get_by_role("button", name="Looked at").click()
    expect(page.locator("main")).to_contain_text("Your decision is kept with the alert.")
    expect(state).to_have_text("Looked at")
    alert.get_by_role("button", name="Dismiss").click()
    wrong = alert.get_by_label("Reason")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert_accessible(page, "integrity-refused")
    wrong.fill(WHY)
    alert.get_by_role("button", name="Dismiss").click()
    expect(state).to_have_text("Dismissed")
    expect(alert.locator("dl")).to_contain_text(WHY)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert_accessible(page, "integrity-dismissed")
    alert.get_by_role("button", name="Open again").click()
    expect(state).to_have_text("Open")
    decided = AlertDecision.objects.order_by("at").values_list("state", "reason")
    assert list(decided) == [("seen", ""), ("dismissed", WHY), ("open", "")]

    supplier = visitor(person_of(sellers[0]))
    answer = supplier.page.goto(who.address + path)
    assert answer is not None
    assert answer.status in (403, 404)
    supplier.complaints = [line for line in supplier.complaints if "status of 40" not in line]
