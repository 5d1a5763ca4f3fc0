"""The product as a stranger meets it: bin/run, a browser, a bidding program, the verifier.

Nothing is prepared but an empty folder. The officer and the supplier act in Chromium, a second
supplier bids with ``examples/bidder.py``, and what both were given is verified after the close.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import journey
from tests.browser import LAUNCH_ARGUMENTS, find_chromium
from tests.faults.launcher import ROOT, Running, eventually, left_running


@pytest.fixture(scope="module")
def product() -> Iterator[Running]:
    """bin/run with the demonstration on, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="fairfall-whole-"))
    folder.chmod(0o755)
    running = Running(folder / "var", DEMO="1")
    try:
        assert running.says("Ctrl-C stops everything", 240), running.told()
        yield running
    finally:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(30)
        assert left_running(folder / "var") == []
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium, new."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_chromium(), args=list(LAUNCH_ARGUMENTS)
        )
        yield chromium
        chromium.close()


def signed_in(browser: Browser, product: Running, name: str) -> BrowserContext:
    """A browser of one demonstration account, entered with one click."""
    context = browser.new_context(base_url=f"http://localhost:{product.port}", locale="en-GB")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("form").filter(has_text=name).get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"/$"))
    return context


@dataclass(frozen=True, slots=True)
class InBrowser:
    """A person of the journey, by the session of a browser."""

    context: BrowserContext

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API; it must succeed."""
        cookies = {cookie["name"]: cookie["value"] for cookie in self.context.cookies()}
        answer = self.context.request.fetch(
            f"/api/v1/{path}",
            method=method,
            data=json.dumps(body) if body is not None else None,
            headers={
                "Content-Type": "application/json",
                "X-CSRFToken": cookies.get("csrftoken", ""),
                "Referer": self.context.pages[0].url,
            },
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
        return answer.json() if answer.status != 204 else None

    def fetch(self, path: str) -> bytes:
        """A file, which must be there."""
        answer = self.context.request.get(path)
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"
        return answer.body()


def place_bid(page: Page, amount: str) -> None:
    """Type, review, type again as the guard asks of a first bid, confirm."""
    page.fill("#amount", amount)
    page.press("#amount", "Enter")
    page.fill("#retype", amount)
    page.locator("#review-confirm").click()
    expect(page.locator("#result")).to_contain_text("Accepted")


def test_from_an_empty_folder_to_a_verified_auction(
    product: Running, browser: Browser, tmp_path: Path
) -> None:
    officer = signed_in(browser, product, journey.OFFICER)
    supplier = signed_in(browser, product, journey.SUPPLIER)
    rival = signed_in(browser, product, journey.RIVAL)
    buyer, sellers = InBrowser(officer), [InBrowser(supplier), InBrowser(rival)]

    tender = journey.published(buyer, sellers)
    auction = tender["auction_id"]
    command = journey.bidder(
        ROOT / "examples/bidder.py",
        sellers[1],
        f"http://localhost:{product.port}",
        auction,
        tmp_path / journey.RECEIPTS,
    )
    program = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        page = supplier.new_page()
        page.goto(f"/auctions/{auction}/")
        console = officer.new_page()
        console.goto(f"/auctions/{auction}/console/")
        expect(page.locator("#review-open")).to_be_enabled(timeout=60_000)
        place_bid(page, journey.FIRST_BID)
        expect(console.get_by_text(f"{journey.FIRST_BID}.00").first).to_be_visible(timeout=15_000)
        expect(console.get_by_text("Nordwerk Stahl GmbH").first).to_be_visible()
        printed, _ = program.communicate(timeout=120)
    finally:
        program.kill()
    assert program.returncode == 0, printed

    closed = eventually(lambda: journey.is_closed(buyer, tender["id"]), 30)
    assert closed, buyer.call("GET", f"auctions/{auction}/")
    assert journey.outcome(buyer, tender["id"]) == "won"

    def python(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=120,
            check=False,
        )

    journey.verify(buyer, sellers[0], auction, tmp_path, python)
