"""A tender in browsers: from an empty form to an answered invitation, through the real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from buyers.services import add_supplier, create_list
from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders.models import Tender, TenderState
from marketplace.tenders.services import drafting, publishing
from reference.models import Currency, Unit
from tests import tender_house as house
from tests.accessibility import violations
from tests.e2e.live import Visitor, site
from tests.rooms import Supplier

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
TITLE = "Flat steel for the first quarter, galvanised sheet and hot-rolled coil, three deliveries"
LONG_TITLE = "Hot-rolled coil S235JR, 3.0 × 1500 mm, delivered duty paid"


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[[Actor], Visitor]]:
    """Opens a person's own browser; at the end no script or policy may have complained."""
    Currency.objects.create(code="EUR", digits=2, name_en="Euro", name_ru="Евро", name_uk="Євро")
    Unit.objects.create(
        code="TNE", symbol_en="t", symbol_ru="т", symbol_uk="т", name_en="tonne", name_ru="тонна",
        name_uk="тонна",
    )  # fmt: skip
    made: list[Visitor] = []
    with site() as address:

        def visit(actor: Actor) -> Visitor:
            person = Supplier(
                Company.objects.get(pk=actor.company_id), User.objects.get(pk=actor.user_id)
            )
            made.append(Visitor(chromium, address, person, viewport=DESK))
            return made[-1]

        yield visit
        # A form that is refused answers 422, which the browser itself reports.
        complaints = [line for each in made for line in each.complaints if "of 422" not in line]
        for each in made:
            each.context.close()
    assert complaints == []


def look_at(who: Visitor, path: str) -> None:
    """The page holds to WCAG in both themes and fits a phone in every language."""
    page = who.context.new_page()
    page.on("pageerror", lambda error: who.complaints.append(str(error)))
    page.on("console", who._listen)
    found: list[str] = []
    for size, theme, languages in (
        (DESK, "light", ("en",)),
        (PHONE, "dark", ("en", "ru", "uk")),
    ):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for language in languages:
            _speak(who, language)
            page.goto(who.address + path)
            expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                found.append(f"{path} in {language}: {wide} px wide, {_widest(page)}")
        page.evaluate("name => document.documentElement.dataset.bsTheme = name", theme)
        found += [f"{path} {theme}: {line}" for line in violations(page)]
    _speak(who, "en")
    page.close()
    assert found == []


def _speak(who: Visitor, language: str) -> None:
    who.context.add_cookies([{"name": "django_language", "value": language, "url": who.address}])


def _widest(page: Page) -> list[str]:
    """The elements that stick out and lie in no scrolling part, for the message."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll("main *")]
        .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".ff-scroll"))
        .slice(0, 5).map(e => e.outerHTML.slice(0, 160))""")
    return found


def _add_lot(page: Page, title: str, ceiling: str) -> None:
    fold = page.locator("details").filter(has=page.locator("#id_ceiling"))
    if not fold.evaluate("each => each.open"):
        fold.locator("summary").click()
    fold.locator("[name=title]").fill(title)
    fold.locator("[name=quantity]").fill("1 850")
    fold.locator("[name=unit]").select_option("TNE")
    fold.locator("[name=ceiling]").fill(ceiling)
    fold.get_by_role("button", name="Add the lot").click()


def test_from_an_empty_form_to_answered_invitations(
    visitor: Callable[[Actor], Visitor],
) -> None:
    officer = house.buyer()
    sellers = [
        house.supplier("Nordwerk Stahl- und Metallhandelsgesellschaft mbH & Co. KG"),
        house.supplier("Baltmet AS"),
    ]
    stranger = house.supplier("Uninvited OÜ")
    chosen = create_list(actor=officer, name="Steel, approved in the Baltic states")
    for seller in sellers:
        add_supplier(actor=officer, list_id=chosen.pk, supplier_id=seller.company_id)

    buyer = visitor(officer)
    page = buyer.page
    look_at(buyer, "/tenders/")
    look_at(buyer, "/tenders/new/")
    page.goto(f"{buyer.address}/tenders/new/")
    page.fill("#id_title", TITLE)
    page.fill("#id_description", "Delivered to Tallinn, thirty days net.")
    page.get_by_role("button", name="Save as draft").click()

    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    tender = Tender.objects.get()
    base = f"/tenders/{tender.pk}"
    _add_lot(page, LONG_TITLE, "560,005")
    expect(page.locator("#id_ceiling")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_ceiling")).to_have_value("560,005")
    page.locator("#id_ceiling").fill("560,00")
    page.get_by_role("button", name="Add the lot").click()
    expect(page.get_by_role("row", name=LONG_TITLE)).to_contain_text("560.00")
    _add_lot(page, "Galvanised sheet", "720")
    expect(page.get_by_role("row", name="Galvanised sheet")).to_be_visible()
    look_at(buyer, f"{base}/edit/")
    look_at(buyer, f"{base}/lots/{tender.lots.get(number=1).pk}/")

    _a_leak_stands_beside_its_field_and_nothing_is_lost(buyer, base)

    page.locator(".tender-steps").get_by_role("link", name="Suppliers").click()
    look_at(buyer, f"{base}/invite/?list={chosen.pk}")
    page.locator("select[name=list]").select_option(str(chosen.pk))
    expect(page.get_by_role("checkbox", name="Baltmet AS")).to_be_checked()
    expect(page.get_by_text("Uninvited OÜ")).to_have_count(0)
    page.get_by_role("button", name="Add to the tender").click()
    expect(page.get_by_role("button", name="Take Baltmet AS off")).to_be_visible()

    page.get_by_role("link", name="Check and publish").last.click()
    expect(page.get_by_text("Everything is settled")).to_be_visible()
    look_at(buyer, f"{base}/publish/")
    page.get_by_role("button", name="Publish and invite").click()
    expect(page.get_by_role("link", name="Live console")).to_be_visible()
    look_at(buyer, f"{base}/")

    tender.refresh_from_db()
    assert tender.state == TenderState.PUBLISHED
    assert set(tender.invitations.values_list("company_id", flat=True)) == {
        seller.company_id for seller in sellers
    }
    _one_accepts(visitor(sellers[0]), tender)
    _another_declines(visitor(sellers[1]), tender)
    outside = visitor(stranger)
    answer = outside.context.request.get(f"{outside.address}{base}/")
    assert answer.status == 404

    page.reload()
    people = page.locator("section", has=page.get_by_role("heading", name="Suppliers"))
    expect(people).to_contain_text("Terms accepted")
    expect(people).to_contain_text("Our furnace is being repaired.")
    look_at(buyer, f"{base}/")
    look_at(buyer, f"{base}/invite/")
    look_at(buyer, "/auctions/")


def _a_leak_stands_beside_its_field_and_nothing_is_lost(buyer: Visitor, base: str) -> None:
    page = buyer.page
    page.goto(f"{buyer.address}{base}/terms/")
    starts = (utc_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    page.fill("#id_starts_at", starts)
    page.fill("#id_length", "45")
    page.locator("#id_basis").select_option("leader")
    preview = page.locator("#terms-preview")
    expect(preview.get_by_role("link", name="A bid must undercut")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    beside = page.locator("div:has(> .ff-field #id_basis) > .ff-field__error")
    expect(beside).to_have_count(1)
    expect(page.locator("#id_basis")).to_have_value("leader")
    expect(page.locator("#id_length")).to_have_value("45")
    expect(page.locator("#id_starts_at")).to_have_value(starts)
    look_at(buyer, f"{base}/terms/")

    page.locator("#id_basis").select_option("own")
    expect(preview.get_by_role("link", name="A bid must undercut")).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    expect(beside).to_have_count(0)
    expect(page.locator("#id_length")).to_have_value("45")


def _one_accepts(supplier: Visitor, tender: Tender) -> None:
    page = supplier.page
    look_at(supplier, "/tenders/")
    page.goto(f"{supplier.address}/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", name="Terms", exact=True)).to_be_visible()
    expect(page.get_by_text(tender.terms_hash)).to_be_visible()
    expect(page.get_by_role("link", name="Bidding room")).to_have_count(0)
    look_at(supplier, f"/tenders/{tender.pk}/")

    page.get_by_role("checkbox", name="We have read version 1").check()
    page.get_by_role("button", name="Accept the terms").click()

    expect(page.get_by_text("Version 1 of the terms is accepted.")).to_be_visible()
    expect(page.get_by_role("link", name="Bidding room").first).to_be_visible()
    look_at(supplier, f"/tenders/{tender.pk}/")


def _another_declines(supplier: Visitor, tender: Tender) -> None:
    page = supplier.page
    page.goto(f"{supplier.address}/tenders/{tender.pk}/")
    page.get_by_role("button", name="Decline").first.click()
    dialog: Any = page.locator("#decline-tender")
    dialog.get_by_role("button", name="Decline").click()
    expect(dialog).to_be_visible()
    dialog.locator("[name=reason]").fill("Our furnace is being repaired.")
    dialog.get_by_role("button", name="Decline").click()

    expect(page.get_by_text("You declined: Our furnace is being repaired.")).to_be_visible()
    expect(page.get_by_role("checkbox", name="We have read version 1")).to_have_count(0)
    look_at(supplier, f"/tenders/{tender.pk}/")


def test_each_supplier_reads_its_own_result_with_the_invitation(
    visitor: Callable[[Actor], Visitor],
) -> None:
    """Directive 2014/24/EU, Article 35(6): written before, told with the invitation."""
    officer = house.buyer()
    sellers = [house.supplier("Terasmets OÜ"), house.supplier("Baltmet UAB")]
    tender = house.draft(officer, sellers)
    drafting.take_preset(actor=officer, tender_id=tender.pk, name="eu_2014_24")
    starts = moment_to_wire(utc_now() + timedelta(days=9))
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"starts_at": starts})

    desk = visitor(officer)
    desk.page.goto(f"{desk.address}/tenders/{tender.pk}/invite/")
    for name in ("Terasmets OÜ", "Baltmet UAB"):
        desk.page.get_by_label(name, exact=True).fill(f"Admitted. {name}: 81 of 100 points.")
    desk.page.get_by_role("button", name="Save", exact=True).click()
    expect(desk.page.get_by_text("Each supplier reads its own")).to_be_visible()
    look_at(desk, f"/tenders/{tender.pk}/invite/")

    publishing.publish(actor=officer, tender_id=tender.pk)
    desk = visitor(sellers[0])
    desk.page.goto(f"{desk.address}/tenders/{tender.pk}/")
    expect(desk.page.get_by_text("Terasmets OÜ: 81 of 100 points.")).to_be_visible()
    expect(desk.page.get_by_text("Baltmet UAB: 81 of 100")).to_have_count(0)
    look_at(desk, f"/tenders/{tender.pk}/")
