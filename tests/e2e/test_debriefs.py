"""The debrief of every format but English, in a browser: as who lost, and as the buyer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from crm_core.access.actor import Actor
from marketplace.tenders.models import Tender
from tests import formats_house
from tests.accessibility import COLOURS, violations
from tests.e2e.houses import euro_and_tonne, person_of
from tests.e2e.live import Visitor, picture
from tests.e2e.looking import DESK, PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
# Offers of the winner and the loser; what the loser reads of itself and the buyer of the winner.
PLAYED = {
    "dutch": (("", ""), "You placed no bid", "463.63"),
    "japanese": (("", ""), "550.00", "544.50"),
    "turns": (("520.00", "530.00"), "530.00", "520.00"),
    "vickrey": (("500.11", "512.34"), "512.34", "512.34"),
    "sealed_rounds": (("500.11", "512.34"), "512.34", "500.11"),
    "budget": (("210", "200"), "Winning quantity", "210"),
    "open_closed": (("500.11", "512.34"), "512.34", "500.11"),
}


def _wrong(who: Visitor, name: str, path: str) -> Iterator[str]:
    """In English on a desk, axe by day and by night; the width on both and in three languages."""
    page = who.page
    for language in ("uk", "ru", "en"):
        who.context.add_cookies(
            [{"name": "django_language", "value": language, "url": who.address}]
        )
        page.goto(who.address + path)
        expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
        for size in (PHONE, DESK):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            picture(page, f"debrief-{name}-{language}-{size['width']}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                yield f"{name} in {language}: {wide} px wide on {size['width']}"
    yield from (f"{name}: {line}" for line in violations(page))
    page.emulate_media(color_scheme="dark")
    yield from (f"{name} by night: {line}" for line in violations(page, COLOURS))
    page.emulate_media(color_scheme="light")


def test_who_lost_reads_its_own_and_the_buyer_everything(
    visitor: Callable[..., Visitor], officer: Actor, sellers: list[Actor]
) -> None:
    euro_and_tonne()
    ended: dict[str, Tender] = {
        name: formats_house.ended(name, officer, sellers, offers)
        for name, (offers, _own, _won) in PLAYED.items()
    }
    winner, loser = sellers
    found: list[str] = []
    for actor in (loser, officer):
        who = visitor(person_of(actor))
        for name, tender in ended.items():
            path = f"/auctions/{tender.auction_id}/debrief/"
            side = "buyer" if actor is officer else "loser"
            found += _wrong(who, f"{name}-{side}", path)
            told = who.page.locator("main").inner_text()
            _, own, won = PLAYED[name]
            if actor is officer:
                assert {winner.company_name, loser.company_name} <= _in(told, sellers), name
                assert won in told, name
            else:
                assert "Another offer won" in told, name
                assert own in told, name
                assert winner.company_name not in told, name
                assert name in ("vickrey", "dutch") or won not in told, name
    assert found == []


def _in(told: str, sellers: list[Actor]) -> set[str]:
    return {each.company_name for each in sellers if each.company_name in told}
