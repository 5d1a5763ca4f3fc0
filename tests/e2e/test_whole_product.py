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
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kernel.clock import moment_to_wire, utc_now
from tests.browser import LAUNCH_ARGUMENTS, find_chromium
from tests.faults.launcher import ROOT, Running, eventually, left_running

LENGTH_MINUTES = 1
UNTIL_START = timedelta(seconds=20)


@pytest.fixture(scope="module")
def product() -> Iterator[Running]:
    """bin/run with the demonstration on, in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="fairfall-whole-"))
    folder.chmod(0o755)
    running = Running(folder / "var", DEMO="1")
    try:
        assert running.says("Ctrl-C stops everything", 240), running.lines
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


def call(context: BrowserContext, method: str, path: str, body: Any = None) -> Any:
    """One call of the API with the browser's session; it must succeed."""
    cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies()}
    answer = context.request.fetch(
        f"/api/v1/{path}",
        method=method,
        data=json.dumps(body) if body is not None else None,
        headers={
            "Content-Type": "application/json",
            "X-CSRFToken": cookies.get("csrftoken", ""),
            "Referer": context.pages[0].url,
        },
    )
    assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
    return answer.json() if answer.status != 204 else None


def published(officer: BrowserContext, companies: list[str]) -> dict[str, Any]:
    """A tender of one lot, published, that starts soon and runs for a minute."""
    tender = call(officer, "POST", "tenders/", {"title": "Rebar B500B, spot"})
    here = f"tenders/{tender['id']}/"
    lot = {"title": "Rebar", "quantity": "120", "unit": "TNE", "ceiling": "640", "reserve": "630"}
    call(officer, "POST", f"{here}lots/", lot)
    rules = {
        "starts_at": moment_to_wire(utc_now() + UNTIL_START),
        "length": str(LENGTH_MINUTES),
        "soft_close.window": "0",
    }
    call(officer, "PATCH", f"{here}terms/", {"rules": rules})
    call(officer, "POST", f"{here}invitations/", {"companies": companies})
    call(officer, "POST", f"{here}publish/")
    done: dict[str, Any] = call(officer, "GET", here)
    return done


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
    officer = signed_in(browser, product, "Kadri Mets")
    supplier = signed_in(browser, product, "Andres Tamm")
    rival = signed_in(browser, product, "Katrin Vogel")
    me = [call(each, "GET", "me/") for each in (supplier, rival)]
    companies = [each["memberships"][0]["company"]["id"] for each in me]

    tender = published(officer, companies)
    accept = {"version": 1, "terms_hash": tender["terms_hash"], "agreed": True}
    for each in (supplier, rival):
        call(each, "POST", f"tenders/{tender['id']}/accept/", accept)
    auction = tender["auction_id"]
    token = call(rival, "POST", "tokens/", {"name": "bidding program"})["secret"]
    receipts = tmp_path / "rival.jsonl"
    program = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "examples/bidder.py"),
            "--url",
            f"http://localhost:{product.port}",
            "--token",
            token,
            "--auction",
            auction,
            "--floor",
            "600",
            "--receipts",
            str(receipts),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        page = supplier.new_page()
        page.goto(f"/auctions/{auction}/")
        console = officer.new_page()
        console.goto(f"/auctions/{auction}/console/")
        expect(page.locator("#review-open")).to_be_enabled(timeout=60_000)
        place_bid(page, "620")
        expect(console.get_by_text("620.00").first).to_be_visible(timeout=15_000)
        expect(console.get_by_text("Nordwerk Stahl GmbH").first).to_be_visible()
        printed, _ = program.communicate(timeout=120)
    finally:
        program.kill()
    assert program.returncode == 0, printed

    here = f"tenders/{tender['id']}/"
    closed = eventually(lambda: call(officer, "GET", here)["state"] == "closed", 30)
    assert closed, (call(officer, "GET", here), call(officer, "GET", f"auctions/{auction}/"))
    results = call(officer, "GET", f"tenders/{tender['id']}/results/")["results"]
    assert results[0]["outcome"] == "won"
    verify(officer, supplier, auction, receipts, tmp_path)


def verify(
    officer: BrowserContext, supplier: BrowserContext, auction: str, receipts: Path, folder: Path
) -> None:
    """The downloaded verifier accepts what everyone was given, and refuses a changed copy."""
    tool = folder / "fairfall-verify.pyz"
    tool.write_bytes(officer.request.get("/auctions/verify/fairfall-verify.pyz").body())
    key = folder / "platform.pem"
    key.write_bytes(officer.request.get("/auctions/verify/platform.pem").body())
    assert receipts.read_text().strip()
    for name, context in (("full", officer), ("supplier", supplier)):
        export = folder / f"{name}.json"
        answer = context.request.get(f"/api/v1/auctions/{auction}/ledger/")
        assert answer.ok, answer.text()
        export.write_bytes(answer.body())
        given = ["--receipts", str(receipts)] if name == "full" else []
        sound = run_verifier(tool, export, key, *given)
        assert sound.returncode == 0, sound.stdout + sound.stderr
    document = json.loads((folder / "full.json").read_text())
    text = (folder / "full.json").read_text()
    forged = folder / "forged.json"
    forged.write_text(text.replace('"620.00"', '"610.00"'))
    assert document["auction"] == auction
    refused = run_verifier(tool, forged, key)
    assert refused.returncode == 1, refused.stdout + refused.stderr


def run_verifier(
    tool: Path, export: Path, key: Path, *more: str
) -> subprocess.CompletedProcess[str]:
    """The verifier in a Python that sees nothing of this project."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(tool), str(export), "--key", str(key), *more],
        capture_output=True,
        text=True,
        cwd=tool.parent,
        timeout=120,
        check=False,
    )
