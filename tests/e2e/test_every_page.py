"""Every page of the product, as everybody who can open it: nothing is broken, narrow or invalid.

The pages are found by walking the URL patterns, so a new page is looked at without being named
here; an address that nobody can open as a page must be named in ``NO_PAGE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings

from config.env import SECOND_FACTOR_ROLES
from tests.accessibility import COLOURS, violations
from tests.browser import started
from tests.e2e.live import DRAWN_LATE, site
from tests.e2e.world import (
    BARE,
    HALFWAY,
    NEWCOMER,
    NOBODYS,
    PROTECTED,
    Address,
    World,
    addresses,
    build,
    sign_in,
)
from tests.validity import Validity

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PEOPLE = ("officer", "owner", "auditor", "supplier", "catalog manager", "operator",
          "neutral person",
          "unverified owner", NOBODYS, NEWCOMER, PROTECTED, HALFWAY, BARE)  # fmt: skip
WAY = "mfa_authenticate"
SAID_ANYWAY = (
    "responded with a status",  # of a page that refuses
    DRAWN_LATE,
)
FACTORED = (PROTECTED, HALFWAY)
SAME_FOR_ALL = ("account_", "mfa_", "ui:guide")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NO_PAGE = {
    "auctions:opening": "of sealed offers: e2e/test_sealed_journey.py",
    "healthz": "for probes", "readyz": "for probes", "metrics": "for probes",
    "set_language": "leads back", "account_confirm_login_code": "no sign-in by code",
    "mfa_download_recovery_codes": "a file", "mfa_login_webauthn": "answers scripts",
    "notices-bell": "a fragment", "category-options": "a fragment",
    "category-choices": "a fragment", "unit-options": "a fragment",
    "orders:export-csv": "a file", "orders:export-xlsx": "a file",
    "quotes:comparison-xlsx": "a file", "barter:protocol-pdf": "a file",
    "exchange:export": "a file", "exchange:template": "a file", "exchange:errors": "a file",
    "exchange:progress": "a fragment", "catalog_search:facets": "a fragment",
    "catalog_search:suggestions": "a fragment",
    "screening:export-csv": "a file", "screening:export-xlsx": "a file",
    "screening:version-progress": "a fragment",
    "verification:cases-csv": "a file", "verification:cases-xlsx": "a file",
    "verification:companies-csv": "a file", "verification:companies-xlsx": "a file",
    "badges:certificate-json": "a file", "badges:certificate-pdf": "a file", "badges:key": "a file",
    "auctions:verifier": "a file", "auctions:platform_key": "a file",
    "auctions:observe-ledger": "a file", "tenders:calendar": "a file",
    "company-tokens-csv": "a file", "company-tokens-xlsx": "a file",
    "security-log-csv": "a file", "document-content": "a file", "catalog:file": "a file",
    "identifier-schemes": "a fragment",
    "personal-data-json": "a file", "erasure-ask": "leads back",
    "identifier-verdict": "a fragment",
    "company-invitations-csv": "a file", "company-invitations-xlsx": "a file",
    "people-log-csv": "a file", "people-log-xlsx": "a file",
    "tenders:protocol-json": "a file", "tenders:protocol-pdf": "a file",
    "tenders:rehearsal-csv": "a file", "tenders:rehearsal-json": "a file",
}  # fmt: skip


@dataclass
class Site:
    """The running site, its world, and who can open which pages."""

    address: str
    world: World
    browser: Browser
    validity: Validity
    pages: dict[str, list[tuple[Address, int]]] = field(default_factory=dict)
    answers: dict[str, set[tuple[int, bool]]] = field(default_factory=dict)
    contents: set[str] = field(default_factory=set)

    def context(self, person: str, **options: object) -> BrowserContext:
        """A browser in which that person is signed in."""
        made = self.browser.new_context(timezone_id="Europe/Tallinn", **options)  # type: ignore[arg-type]
        name = django_settings.SESSION_COOKIE_NAME
        kept = sign_in(self.world, person).cookies.get(name)
        if kept is not None:
            made.add_cookies([{"name": name, "value": kept.value, "url": self.address}])
        return made


@pytest.fixture
def everything(settings: Settings) -> Iterator[Site]:
    """The world, served, and every address of it asked for once by everybody."""
    settings.DEMO = True
    world = build()
    settings.SECOND_FACTOR_ROLES = frozenset(SECOND_FACTOR_ROLES)
    with (
        site(DEMO="1", SECOND_FACTOR_ROLES=",".join(SECOND_FACTOR_ROLES)) as address,
        started() as chromium,
    ):
        made = Site(address, world, chromium, Validity(chromium))
        for person in PEOPLE:
            _find_pages(made, person)
        yield made
        made.validity.close()


def _find_pages(made: Site, person: str) -> None:
    """Ask for every address once, as this person, following nothing."""
    client = sign_in(made.world, person)
    made.pages[person] = []
    for address in addresses(made.world):
        if person == HALFWAY and address.name != WAY:
            continue  # any other page, and the way ends
        if any(status == 405 for status, _ in made.answers.get(address.name, ())):
            continue  # it takes forms only
        answer = client.get(address.path)
        html = "" if answer.streaming else answer.content.decode(errors="replace")
        is_page = html.lstrip().lower().startswith("<!doctype")
        made.answers.setdefault(address.name, set()).add((answer.status_code, is_page))
        # What another person was shown before, word for word, and a second refusal of the same
        # kind need no second look.
        inside = _inside(html) if answer.status_code == 200 else str(answer.status_code)
        if address.name.startswith(SAME_FOR_ALL):
            inside = address.name + address.path + (person if person in FACTORED else "")
        if is_page and inside not in made.contents:
            made.contents.add(inside)
            made.pages[person].append((address, answer.status_code))


def _inside(html: str) -> str:
    """The page without the shell, and without what differs at each visit."""
    inside = html.partition("<main")[2] or html
    return re.sub(r'value="[A-Za-z0-9]{64}"|X-CSRFToken[^}]*', "", inside)


def test_every_page_is_sound_and_every_address_answers(everything: Site) -> None:
    answers = everything.answers
    broken = {name for name, each in answers.items() if any(status >= 500 for status, _ in each)}
    opened = {name for name, each in answers.items() if (200, True) in each}
    opened |= {name for name, each in answers.items() if any(status == 405 for status, _ in each)}
    assert broken == set()

    found: list[str] = []
    for person in PEOPLE:
        found += [f"{person}: {line}" for line in _walk(everything, person)]
    assert not found, "\n".join(found)
    assert set(answers) - opened == set(NO_PAGE)


def _walk(site: Site, person: str) -> list[str]:
    context = site.context(person, viewport=DESK, color_scheme="light")
    page = context.new_page()
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda line: found.append(f"{page.url}: {line.text}")
        if line.type in ("error", "warning") and not any(each in line.text for each in SAID_ANYWAY)
        else None,
    )  # fmt: skip
    for each, status in site.pages[person]:
        found += [f"{each.path}: {line}" for line in _look(site, page, each, status)]
    context.close()
    return found


def _look(site: Site, page: Page, each: Address, status: int) -> Iterator[str]:
    """English on a desk in both themes; then the width in three languages, on desk and phone."""
    for language in ("en", "ru", "uk"):
        page.context.add_cookies(
            [{"name": "django_language", "value": language, "url": site.address}]
        )
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        answer = page.goto(site.address + each.path)
        assert answer is not None
        if answer.status != status:
            yield f"answered {answer.status} in {language}"
        if not re.match(language, page.locator("html").get_attribute("lang") or ""):
            yield f"is not in {language}"
        if language == "en":
            yield from site.validity.problems(answer.text())
            yield from (f"by day: {line}" for line in violations(page))
            page.emulate_media(color_scheme="dark")
            expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
            yield from (f"by night: {line}" for line in violations(page, COLOURS))
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                yield f"{wide} px wide on {size['width']} in {language}: {_widest(page)}"


def _widest(page: Page) -> list[str]:
    """The elements that stick out and lie in no scrolling part, for the message."""
    found: list[str] = page.evaluate("""() => [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest(".ff-scroll"))
        .slice(0, 4).map(e => e.outerHTML.slice(0, 140))""")
    return found
