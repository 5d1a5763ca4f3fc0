"""Pictures of the README, taken from a running demonstration (``bin/run``).

``bin/screenshots --url http://localhost:8000`` opens the demonstration as officer and as supplier,
waits until its live auction has bids, bids once as the supplier and writes ``docs/images/*.png``.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BIDS_WANTED = 14
WAIT = 240.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


def entered(browser: Browser, url: str, name: str, size: dict[str, int], theme: str) -> Page:
    """A page signed in as one account of the demonstration."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        color_scheme=theme,  # type: ignore[arg-type]
        locale="en-GB",
        timezone_id="Europe/Tallinn",
    )
    page = context.new_page()
    page.goto(f"{url}/accounts/login/")
    page.locator("form").filter(has_text=name).get_by_role("button").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def live_auction(page: Page, url: str) -> str:
    """The address of the demonstration's live auction; opening the home page starts it."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        page.goto(f"{url}/")
        link = page.locator("[aria-labelledby=demo-live] a[href*='/console/']").first
        if link.count():
            return str(link.get_attribute("href")).removesuffix("console/")
        page.wait_for_timeout(2000)
    sys.exit("No live auction began: is this a demonstration?")


def bid_once(page: Page) -> None:
    """As the supplier: accept the terms, take the lead."""
    page.locator("#conn[data-state=live]").wait_for()
    page.locator("#terms-accept:visible, #review-open:enabled").first.wait_for()
    if page.locator("#terms-accept").is_visible():
        page.locator("#terms-accept").click()
    page.locator("#review-open:enabled").wait_for(timeout=WAIT * 1000)
    page.locator("#steps button[data-take], #steps button").last.click()
    amount = page.input_value("#amount")
    page.press("#amount", "Enter")
    if page.locator("#retype").is_visible():
        page.fill("#retype", amount)
    page.locator("#review-confirm").click()
    page.locator("#result").get_by_text("Accepted").wait_for()


def observer_link(console: Page) -> str:
    """As the officer: hand out a link for an observer."""
    console.locator(".fl-event details.ff-menu summary").click()
    console.locator("#observers-open").click()
    console.fill("#observer-label", "Works council")
    console.locator("#observer-create").click()
    console.locator("#observer-made").wait_for()
    link = console.locator("#observer-address").input_value()
    console.keyboard.press("Escape")
    return link


def terms(page: Page, url: str) -> None:
    """The terms page of the draft for office IT."""
    page.goto(f"{url}/tenders/")
    page.get_by_role("link", name=re.compile("^Office IT")).first.click()
    page.goto(re.sub(r"(/tenders/[^/]+/).*", r"\1terms/", page.url))
    page.locator("#terms-preview h3").first.wait_for()
    page.screenshot(path=IMAGES / "terms.png")


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://localhost:8000")
    url = parser.parse_args().url.rstrip("/")
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        console = entered(browser, url, "Kadri Mets", DESK, "light")
        auction = live_auction(console, url)
        console.screenshot(path=IMAGES / "home.png")
        terms(entered(browser, url, "Kadri Mets", DESK, "light"), url)
        room = entered(browser, url, "Andres Tamm", DESK, "light")
        room.goto(url + auction)
        console.goto(url + auction + "console/")
        bid_once(room)
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            if int(console.locator("#kpi-bids").inner_text() or 0) >= BIDS_WANTED:
                break
            console.wait_for_timeout(1000)
        console.screenshot(path=IMAGES / "console.png")
        room.screenshot(path=IMAGES / "bidding.png")
        observer = browser.new_page(
            viewport=DESK,  # type: ignore[arg-type]
            locale="en-GB",
            timezone_id="Europe/Tallinn",
        )
        observer.goto(observer_link(console))
        observer.locator("#conn[data-state=live]").wait_for()
        observer.wait_for_timeout(1500)
        observer.screenshot(path=IMAGES / "observer.png")
        phone = entered(browser, url, "Andres Tamm", PHONE, "dark")
        phone.goto(url + auction)
        phone.locator("#conn[data-state=live]").wait_for()
        phone.wait_for_timeout(1500)
        phone.screenshot(path=IMAGES / "bidding-phone.png")
        browser.close()


if __name__ == "__main__":
    main()
