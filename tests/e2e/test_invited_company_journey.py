"""A buyer invites a supplier by mail, who comes, registers, is verified and stands on the list."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from buyers.services import create_list
from crm_core.access.actor import load_actor
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from infra import relay
from tests import verification_house as house_of
from tests.accessibility import violations
from tests.e2e.looking import DESK, PHONE, look_at
from tests.people import make_actor, make_company

pytestmark = [
    pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("documents_apart", "screening_not_required"),
]  # fmt: skip

NEW = "supplier@vormsi-teras.example"


def opened(
    chromium: Browser, address: str, complaints: list[str], user: User | None = None
) -> tuple[BrowserContext, Page]:
    """A browser, in which that person is signed in if there is one."""
    context = chromium.new_context(viewport=DESK, base_url=address, locale="en-GB")  # type: ignore[arg-type]
    if user is not None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda line: complaints.append(line.text)
        if line.type in ("error", "warning") and "responded with a status" not in line.text
        else None,
    )  # fmt: skip
    return context, page


def mailed_link() -> str:
    """Where the mail leads: the relay is run, then the mail is read as its addressee reads it."""
    relay.drain()
    (sent,) = [each for each in mail.outbox if each.to == [NEW]]
    assert "> See you in Tallinn, https[:]//x[.]example" in sent.body
    found = re.search(r"/welcome/[^/\s]+/", sent.body)
    assert found is not None
    return found[0]


def test_a_supplier_comes_by_invitation_and_joins_the_list(chromium: Browser, address: str) -> None:
    complaints: list[str] = []
    buyer = make_company(legal_name="Põhja Energia AS", sells=False)
    officer = make_actor(Role.OFFICER, buyer)
    create_list(actor=officer, name="Structural steel")
    context, page = opened(
        chromium, address, complaints, User.objects.get(pk=officer.user_id)
    )  # fmt: skip
    page.goto("/supplier-lists/")
    page.get_by_role("link", name="Structural steel").click()
    page.get_by_role("link", name="Invite by e-mail").click()
    look_at(page)
    expect(page.locator("#id_list_id option:checked")).to_have_text("Structural steel")
    page.get_by_role("textbox", name="Company", exact=True).fill("Vormsi Teras")
    page.get_by_label("E-mail", exact=True).fill(NEW)
    page.locator("#id_country").select_option("EE")
    page.get_by_label("Your message").fill("See you in Tallinn, https://x.example")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("status").filter(has_text=NEW)).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=NEW)).to_contain_text("Open")
    look_at(page)

    link = mailed_link()
    guest, new = opened(chromium, address, complaints)
    new.goto(link)
    expect(new.get_by_role("heading", level=1)).to_contain_text("Põhja Energia AS invites")
    look_at(new)
    new.get_by_label("Full name").fill("Maarja Lepik")
    new.get_by_label("Password").fill("123")
    new.get_by_role("button", name="Create the account").click()
    expect(new.locator("[aria-invalid=true]")).to_have_attribute("name", "password")
    new.get_by_label("Password").fill("a supplier's horse")
    new.get_by_role("button", name="Create the account").click()
    expect(new.get_by_text("Now name your company.")).to_be_visible()
    expect(new.locator("#id_legal_name")).to_have_value("Vormsi Teras")
    expect(new.locator("#id_country")).to_have_value("EE")
    expect(new.locator("#id_sells")).to_be_checked()
    look_at(new)
    new.fill("#id_legal_name", "Vormsi Teras OÜ")
    new.select_option("#id_registry_scheme", "EE-RIK")
    new.fill("#id_registry_value", "19900019")
    expect(new.locator("#identifier-verdict")).to_contain_text("form of this")
    new.get_by_role("button", name="Register the company").click()
    new.wait_for_url("**/company/verification/")
    expect(new.get_by_text("Below is what it takes to be verified.")).to_be_visible()
    expect(new.get_by_role("link", name="Upload Extract from the register")).to_be_visible()

    again = guest.new_page()
    answer = again.goto(link)
    assert answer is not None
    assert answer.status == 404
    expect(again.get_by_text("not valid any more")).to_be_visible()
    again.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert violations(again) == []

    relay.drain()
    page.goto("/company-invitations/")
    expect(page.get_by_role("row").filter(has_text=NEW)).to_contain_text("not verified yet")
    company = Company.objects.get(legal_name="Vormsi Teras OÜ")
    owner = load_actor(User.objects.get(email=NEW).pk, company.pk)
    operator = make_company(operates=True, buys=False, sells=False)
    maker, checker, third = (make_actor(Role.VERIFIER, operator) for _ in range(3))
    house_of.verify(house_of.House(company, owner, maker, checker, third))
    relay.drain()
    page.goto("/company-invitations/")
    expect(page.get_by_role("row").filter(has_text=NEW)).to_contain_text("Verified")
    page.goto("/supplier-lists/")
    page.get_by_role("link", name="Structural steel").click()
    expect(page.get_by_role("row").filter(has_text="Vormsi Teras OÜ")).to_contain_text("Verified")
    page.goto("/notices/")
    for told in ("joined the platform", "handed in its documents", "is verified"):
        expect(page.get_by_text(told).first).to_be_visible()
    for each in (context, guest):
        each.close()
    assert complaints == []
