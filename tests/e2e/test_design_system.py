"""The shell and its components in a browser: themes, times, dialogs, htmx, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.accessibility import violations

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def guide(live_server: LiveServer, settings: Settings) -> str:
    settings.DEMO = True
    return f"{live_server.url}/ui/guide/"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=DESK, timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("address", ["/ui/guide/", "/accounts/login/", "/no/such/page"])
def test_pages_are_accessible_fit_the_screen_and_break_no_policy(
    chromium: Browser, guide: str, address: str, size: dict[str, int], theme: str
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text))

    page.goto(guide.replace("/ui/guide/", address))

    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert [line for line in complaints if "404" not in line] == []
    context.close()


def test_the_chosen_theme_is_remembered(page: Page, guide: str) -> None:
    page.goto(guide)
    page.locator("[data-theme-toggle]").first.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    page.reload()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_times_are_shown_in_the_viewers_zone(page: Page, guide: str) -> None:
    page.goto(guide)
    element = page.locator('time[data-local="seconds"]').first

    shown = element.text_content() or ""
    hour = page.evaluate(
        "text => (new Date(text).getUTCHours() + 9) % 24", element.get_attribute("datetime")
    )

    assert re.search(rf"\b{hour:02d}:\d\d:\d\d", shown)
    assert "GMT+9" in shown


def test_a_dialog_that_asks_a_reason_sends_nothing_without_one(page: Page, guide: str) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(guide)
    dialog = page.locator("#guide-reason")

    page.locator('[data-dialog="guide-reason"]').first.click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Cancel the auction").click()
    expect(dialog).to_be_visible()
    assert "POST" not in sent

    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_menu_of_a_phone_opens_and_closes_by_keyboard(page: Page, guide: str) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(guide)
    menu = page.locator("details.ff-navmenu")

    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")

    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


@pytest.mark.parametrize(("status", "swapped"), [(200, True), (422, True), (403, False)])
def test_htmx_sends_the_token_and_swaps_answers_but_not_failures(
    page: Page, guide: str, status: int, swapped: bool
) -> None:
    tokens: list[str | None] = []

    def answer(route: Route) -> None:
        tokens.append(route.request.headers.get("x-csrftoken"))
        route.fulfill(status=status, content_type="text/html", body="<p id='answer'>New</p>")

    page.route("**/fragment/", answer)
    page.goto(guide)
    page.evaluate("""() => {
        const button = document.createElement("button");
        button.id = "ask"; button.textContent = "Ask";
        button.setAttribute("hx-post", "/fragment/");
        button.setAttribute("hx-target", "#guide-feed");
        document.getElementById("main").prepend(button);
        htmx.process(button);
    }""")

    page.locator("#ask").click()

    if swapped:
        expect(page.locator("#guide-feed #answer")).to_be_visible()
    else:
        expect(page.locator(".ff-toast--bad")).to_be_visible()
        expect(page.locator("#answer")).to_have_count(0)
    assert tokens[0]
    assert len(tokens[0]) >= 32
