"""An owner invites a bidder by mail, who has no account yet, joins, bids within the limit, and is
demoted in the open room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from crm_core.companies.models import Membership, Role
from crm_core.notifications.models import OutgoingMail
from infra import relay
from reference.models import Currency
from tests.accessibility import violations
from tests.e2e.live import Visitor, accept_terms, bid
from tests.people import make_user
from tests.rooms import Room, Supplier, open_room

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

NEW = "liis.kask@baltmet.example"


def _owner(room: Room) -> Supplier:
    company = room.suppliers[0].company
    user = make_user(full_name="Toomas Saar")
    Membership.objects.create(user=user, company=company, role=Role.OWNER)
    return Supplier(company, user)


def _mailed_link() -> str:
    relay.drain()
    link: str = OutgoingMail.objects.get(to=NEW).context["link"]
    return link


def test_an_invited_bidder_joins_bids_and_is_demoted(
    visitor: Callable[..., Visitor], chromium: Browser, address: str
) -> None:
    Currency.objects.create(code="EUR", digits=2, name_en="Euro", name_ru="Евро", name_uk="Євро")
    room = open_room(2)  # 100 tonnes
    owner = visitor(_owner(room))
    page = owner.page
    page.goto(f"{address}/company/")
    page.get_by_label("E-mail", exact=True).fill(NEW)
    page.get_by_label("Role", exact=True).select_option("bidder")
    page.locator("#id_limit_amount").fill("90000")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status").filter(has_text=NEW)).to_be_visible()
    assert violations(page) == []

    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    new = context.new_page()
    new.set_default_timeout(15_000)
    link = _mailed_link()
    new.goto(address + link)
    expect(new.get_by_role("heading", level=1)).to_contain_text("invites you")
    assert violations(new) == []
    new.get_by_label("Full name").fill("Liis Kask")
    new.get_by_label("Password").fill("123")
    new.get_by_role("button", name="Create the account").click()
    expect(new.locator("[aria-invalid=true]")).to_have_attribute("name", "password")
    new.get_by_label("Password").fill("a bidder's horse")
    new.get_by_role("button", name="Create the account").click()
    expect(new.get_by_text("You now act for")).to_be_visible()

    new.goto(f"{address}/auctions/{room.id}/")
    new.locator("#conn[data-state=live]").wait_for()
    accept_terms(new)
    bid(new, "900.01", retype=True)
    expect(new.locator("#result")).to_contain_text("Your limit is 90000.00 EUR")
    assert "bid_placed" not in room.kinds()
    bid(new, "900.00", retype=True)
    expect(new.locator("#result")).to_contain_text("Accepted: 900.00")

    page.goto(f"{address}/company/")
    page.get_by_role("link", name="Role and limit of Liis Kask").click()
    page.get_by_label("Role", exact=True).select_option("auditor")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The change is in force.")).to_be_visible()
    expect(new.locator("#conn")).not_to_have_attribute("data-state", "live", timeout=10_000)
    page.get_by_role("link", name="Log of members").click()
    expect(page.get_by_role("row").filter(has_text="Role changed")).to_contain_text(
        "Bidder → Auditor"
    )
    expect(page.get_by_role("row").filter(has_text="Joined")).to_contain_text("Liis Kask")

    again = context.new_page()
    answer = again.goto(address + link)
    assert answer is not None
    assert answer.status == 404
    assert room.kinds().count("bid_placed") == 1
    context.close()
