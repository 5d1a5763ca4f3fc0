"""A supplier in browsers: from an empty form of registration to verified by a pair of verifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils.timezone import localdate
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from tests import files_made as made
from tests.e2e.live import site
from tests.e2e.looking import DESK, look_at
from tests.people import make_actor, make_company, make_user

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAPERS = {"registry_extract": "Extract from the register", "articles": "Articles of association",
          "ownership_chart": "Chart of owners", "bank_letter": "Letter of the bank"}  # fmt: skip


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[[User], Page]]:
    """Opens a person's own browser; at the end no script or policy may have complained."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    with site(SCREENING_REQUIRED="0") as address:

        def open_for(user: User) -> Page:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            name = django_settings.SESSION_COOKIE_NAME
            context = chromium.new_context(viewport=DESK, base_url=address)  # type: ignore[arg-type]
            context.add_cookies(
                [{"name": name, "value": client.cookies[name].value, "url": address}]
            )
            contexts.append(context)
            page = context.new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "console",
                lambda line: complaints.append(line.text)
                if line.type in ("error", "warning") and "responded with a status" not in line.text
                else None,
            )  # fmt: skip
            return page

        yield open_for
        for context in contexts:
            context.close()
    assert complaints == []


def _register(page: Page) -> None:
    page.goto("/company/new/")
    page.fill("#id_legal_name", "Saaremaa Metall OÜ")
    page.select_option("#id_country", "EE")
    page.locator("#id_registry_scheme option[value='EE-RIK']").wait_for(state="attached")
    page.select_option("#id_registry_scheme", "EE-RIK")
    page.fill("#id_registry_value", "19900019")
    expect(page.locator("#identifier-verdict")).to_contain_text("form of this")
    page.check("#id_sells")
    page.get_by_role("button", name="Register the company").click()
    expect(page.get_by_role("heading", name="Saaremaa Metall OÜ")).to_be_visible()


def _declare(page: Page) -> None:
    """Type, and never press a button: it saves itself."""
    page.goto("/company/verification/profile/")
    look_at(page)
    for name, value in {
        "legal_form": "OÜ", "activities": "24.10", "registered_street": "Tolli 12",
        "registered_city": "Kuressaare", "registered_postal_code": "93813",
        "signatory_name": "Triin Rand", "number_LEI": "213800KUD8LAJWSQ9D16",
    }.items():  # fmt: skip
        page.fill(f"#id_{name}", value)
    page.select_option("#id_signatory_basis", "articles")
    identity = page.locator("[data-saved-for=identity]")
    expect(identity).to_have_attribute("data-state", "partly")
    expect(page.locator("#id_number_LEI_error")).to_contain_text("check digit")
    page.fill("#id_number_LEI", "213800KUD8LAJWSQ9D15")
    expect(identity).to_have_attribute("data-state", "saved")
    expect(page.locator("#id_number_LEI_error")).to_have_count(0)
    lei = page.locator(".ff-field", has=page.locator("#id_number_LEI"))
    expect(lei.locator(".ff-verdict")).to_contain_text("The form of this LEI is valid")

    page.fill("#id_people-0-name", "Triin Rand")
    people = page.locator("[data-saved-for=people]")
    expect(people).to_have_attribute("data-state", "saved")
    page.get_by_role("button", name="One more person").click()
    expect(page.locator("#id_people-1-capacity")).to_be_focused()
    page.select_option("#id_people-1-capacity", "owner")
    page.fill("#id_people-1-name", "Triin Rand")
    page.fill("#id_people-1-share", "12")
    expect(people).to_have_attribute("data-state", "partly")
    page.fill("#id_people-1-share", "70,5")
    expect(people).to_have_attribute("data-state", "saved")
    page.fill("#id_accounts-0-number", "EE16 2200 9900 0000 0001")
    page.fill("#id_accounts-0-bank_name", "Demo Bank")
    expect(page.locator("[data-saved-for=accounts]")).to_have_attribute("data-state", "saved")
    expect(page.get_by_text("The profile is complete.")).to_be_visible()
    page.reload()
    expect(page.locator("#id_people-1-share")).to_have_value("70.50")


def _hand_in(page: Page) -> None:
    page.goto("/company/verification/")
    for kind, name in PAPERS.items():
        page.get_by_role("link", name=f"Upload {name}").click()
        if kind == "registry_extract":
            look_at(page)
        page.set_input_files(
            "#id_file",
            {"name": f"{kind}.pdf", "mimeType": "application/pdf", "buffer": made.pdf(name)},
        )
        page.fill("#id_issued_on", (localdate() - timedelta(days=5)).isoformat())
        page.get_by_role("button", name="Upload", exact=True).click()
        expect(page.get_by_text("The document was added.")).to_be_visible()
    page.get_by_role("button", name="Submit for verification").click()
    expect(page.get_by_text("The operator is checking what you handed in.")).to_be_visible()
    look_at(page)


def test_a_supplier_from_registration_to_verified_by_a_pair(visit: Callable[[User], Page]) -> None:
    operator = make_company(operates=True, buys=False, sells=False, legal_name="Operations")
    pair = [
        User.objects.get(pk=make_actor(Role.VERIFIER, operator, make_user(full_name=name)).user_id)
        for name in ("Piret Kallas", "Marek Nowak")
    ]
    page = visit(make_user(full_name="Triin Rand"))
    _register(page)
    _declare(page)
    _hand_in(page)

    maker = visit(pair[0])
    maker.goto("/verification/")
    look_at(maker)
    maker.get_by_role("link", name="Saaremaa Metall OÜ").click()
    maker.get_by_role("button", name="Take the case").click()
    expect(maker.get_by_text("The case is yours.")).to_be_visible()
    look_at(maker)
    maker.get_by_text("Look at it here").first.click()
    expect(maker.locator("iframe.fv-viewer").first).to_be_visible()
    for name in PAPERS.values():
        maker.get_by_role("button", name=f"Accept {name}").click()
        expect(maker.get_by_role("button", name=f"Accept {name}")).to_have_count(0)
    maker.get_by_role("radio", name="Verify").check()
    maker.get_by_role("button", name="Put it before a second person").first.click()
    expect(maker.get_by_text("You proposed it: somebody else must decide.")).to_be_visible()
    expect(maker.get_by_role("button", name="Confirm as the second person")).to_have_count(0)

    checker = visit(pair[1])
    checker.goto("/verification/?view=second")
    checker.get_by_role("link", name="Saaremaa Metall OÜ").click()
    look_at(checker)
    checker.get_by_role("button", name="Confirm as the second person").click()
    expect(checker.get_by_text("The decision is in force.")).to_be_visible()
    checker.get_by_role("table").get_by_role("link", name="Verified").click()
    expect(checker.get_by_text("SHA-256 of the evidence")).to_be_visible()
    look_at(checker)
    checker.goto("/platform/companies/")
    look_at(checker)

    page.goto("/company/verification/")
    expect(page.locator(".ff-bar")).to_contain_text("Verified")
    assert Company.objects.get(legal_name="Saaremaa Metall OÜ").standing == "verified"
