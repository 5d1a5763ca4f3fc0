"""A page looked at in every language, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.accessibility import violations
from tests.e2e.live import Visitor

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


def look(
    who: Visitor, path: str, wait_for: str, ready: Callable[[], object] = lambda: None
) -> list[str]:
    """What is wrong with a page: axe in English, width and cut words in every language, both sizes.

    ``ready`` brings the page into the state to look at, after each load.
    """
    page, found = who.page, []
    for language in ("ru", "uk", "en"):
        who.context.add_cookies(
            [{"name": "django_language", "value": language, "url": who.address}]
        )
        page.goto(who.address + path)
        page.locator(wait_for).first.wait_for()
        expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
        ready()
        for size in (DESK, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.wait_for_timeout(150)  # the chart follows the width
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                found.append(f"{path} in {language}: {wide} px wide at {size['width']}")
            cut = page.evaluate(_CUT)
            found += [f"{path} in {language} at {size['width']}: cut: {text}" for text in cut]
            if language == "en":
                found += [f"{path} at {size['width']}: {line}" for line in violations(page)]
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return found


def look_at(page: Page) -> None:
    """The page as it is holds to WCAG in both themes and fits a phone in every language."""
    address, found = page.url, []
    for size, theme, languages in (
        (DESK, "light", ("en",)),
        (PHONE, "dark", ("en", "ru", "uk")),
    ):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for language in languages:
            _speak(page, language)
            page.goto(address)
            expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                found.append(f"{address} in {language}: {wide} px wide")
        page.evaluate("name => document.documentElement.dataset.bsTheme = name", theme)
        found += [f"{address} {theme}: {line}" for line in violations(page)]
    _speak(page, "en")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(address)
    assert found == []


def _speak(page: Page, language: str) -> None:
    site_address = re.match(r"https?://[^/]+", page.url)
    assert site_address is not None
    page.context.add_cookies(
        [{"name": "django_language", "value": language, "url": site_address[0]}]
    )


# Controls and figures whose words do not fit into them.
_CUT = """() => [...document.querySelectorAll("main :is(button, a, h2, th, dd, .ff-chip)")]
    .filter(e => e.checkVisibility() && e.clientWidth && e.scrollWidth > e.clientWidth + 1
        && getComputedStyle(e).overflow !== "visible" && !e.closest(".ff-vh"))
    .map(e => e.outerHTML.slice(0, 120))"""
