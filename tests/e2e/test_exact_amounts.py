"""The scripts' arithmetic against Python's: amounts, totals, percents, limits and the clock."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from auctions.domain.rules.guard import guard_level
from auctions.domain.terms import Guard
from kernel.decimals import line_total, to_wire
from tests.browser import LAUNCH_ARGUMENTS, find_chromium

pytestmark = pytest.mark.e2e
STATIC = Path(__file__).resolve().parents[2] / "auctions" / "static" / "auctions"
ORIGIN = "http://scripts.test"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

    def serve(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        if not name:
            route.fulfill(content_type="text/html", body="<!doctype html><title>scripts</title>")
        else:
            route.fulfill(
                content_type="text/javascript", body=(STATIC / name).read_text(encoding="utf-8")
            )

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=list(LAUNCH_ARGUMENTS)
        )
        made = browser.new_page()
        made.route(f"{ORIGIN}/**", serve)
        made.goto(f"{ORIGIN}/")
        made.evaluate("""async () => {
            Object.assign(window, await import('/decimal.js'), await import('/bidding.js'),
                          await import('/clock.js'));
        }""")
        yield made
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.mark.parametrize(
    ("typed", "scale", "expected"),
    [
        ("499.50", 2, "499.50"),
        ("499,5", 2, "499.50"),
        ("1 234\u00a0567,5", 2, "1234567.50"),
        ("1,234,567.50", 2, "1234567.50"),
        ("1.234.567,50", 2, "1234567.50"),
        ("1,234,567", 0, "1234567"),
        ("7", 6, "7.000000"),
        (".5", 2, "0.50"),
        ("499.500", 2, "499.50"),
        ("499.505", 2, "scale"),
        ("1,234", 2, "scale"),
        ("12,34,567", 0, "malformed"),
        ("1.2,3.4", 2, "malformed"),
        ("-5", 2, "malformed"),
        ("1e3", 2, "malformed"),
        ("0,00", 2, "zero"),
        ("  ", 2, "empty"),
    ],
)
def test_amounts_are_read_with_comma_or_point(
    page: Page, typed: str, scale: int, expected: str
) -> None:
    found = page.evaluate(
        "([typed, scale]) => { const read = parseTyped(typed, scale);"
        " return read.error || read.value.wire(); }",
        [typed, scale],
    )

    assert found == expected


def test_totals_and_guard_agree_with_the_server(page: Page) -> None:
    chance = random.Random(7)
    guard = Guard(warn=Decimal(10), retype=Decimal(25), block=Decimal(50))
    cases: list[dict[str, Any]] = []
    expected = []
    for _ in range(400):
        scale = chance.randint(0, 6)
        best = Decimal(chance.randint(1, 10**12)).scaleb(-scale)
        share = chance.choice([Decimal("0.5"), Decimal("0.75"), Decimal("0.9"), Decimal(1)])
        amount = (best * share).quantize(Decimal(1).scaleb(-scale))
        amount = amount - chance.choice([0, 0, 1]) * Decimal(1).scaleb(-scale)
        if amount <= 0:
            continue
        quantity = Decimal(chance.randint(1, 10**9)).scaleb(-chance.randint(0, 3))
        cases.append({"amount": to_wire(amount), "best": to_wire(best),
                      "quantity": to_wire(quantity), "scale": scale})  # fmt: skip
        expected.append(
            [to_wire(line_total(quantity, amount, scale)), guard_level(guard, best, amount).value]
        )

    found = page.evaluate(
        """cases => cases.map(({amount, best, quantity, scale}) => [
            lotTotal(Dec.of(amount), {quantity, scale}).wire(),
            guardOf(Dec.of(amount), {own: {best}}, {warn: "10", retype: "25", block: "50"}).level,
        ])""",
        cases,
    )

    assert found == expected


def test_quick_amounts_never_exceed_the_limit_and_keep_to_the_grid(page: Page) -> None:
    lot = {"lead": "499.00", "own": {"best": "500.00", "most": "499.50", "leading": False}}
    terms = {"grid": "0.50", "step": {"kind": "absolute", "absolute": "0.50", "percent": None}}

    found = page.evaluate(
        "([lot, terms]) => quickSteps(lot, {scale: 2}, terms, 'own')"
        ".map(step => [step.amount.wire(), step.take])",
        [lot, terms],
    )

    assert found == [["499.50", False], ["498.50", True], ["497.50", False], ["495.00", False]]


def test_figures_have_a_true_minus_and_the_language_of_the_page(page: Page) -> None:
    found = page.evaluate(
        "[formatDec(Dec.of('-1234567.50'), 'en-GB'), formatDec(Dec.of('1234567.50'), 'uk-UA'),"
        " formatDec(Dec.of('0.50'), 'en-GB', {signed: true})]"
    )

    assert found == ["\u22121,234,567.50", "1\u00a0234\u00a0567,50", "+0.50"]


def test_the_clock_takes_the_sample_with_the_least_round_trip(page: Page) -> None:
    found = page.evaluate("""() => {
        let tick = 0;
        const clock = new ServerClock(() => tick);
        clock.seed(1000);
        clock.startRound();
        // Sent, answered, server: offsets 5000 exactly only where the way was even and short.
        for (const [sent, answered, server] of [[0, 100, 5090], [200, 210, 5205], [300, 400, 5310],
                                                [500, 580, 5500], [600, 700, 5690]]) {
            clock.sample(sent, answered, server);
        }
        tick = 1000;
        return [clock.now(), clock.rtt];
    }""")

    assert found == [6000, 10]
