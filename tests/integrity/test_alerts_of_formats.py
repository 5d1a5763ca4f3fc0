"""Signs in whole auctions of each format: which are looked for there, found, and told whom.

Negative controls differ from what is found by one figure; so does what is not looked for at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from auctions.integrity.gathering import OPEN, SPREAD
from auctions.models import IntegrityScreening
from auctions.selectors import load
from auctions.tasks import screen_ended
from crm_core.access.actor import Actor
from kernel.clock import moment_to_wire
from marketplace.tenders.models import Tender
from tests import formats_house
from tests import tender_house as house
from tests.formats_house import FORMATS
from tests.integrity.test_alerts_of_auctions import (
    GAPS,
    Bids,
    chased,
    facts,
    names,
    nobody_else_is_told,
    only_alert,
    seats,
    shown,
    told,
)

pytestmark = pytest.mark.django_db
COVER = ("500.00", "530.00", "531.00", "532.00")
# 80 a unit, and from 84.745... to 85.034...
MUCH = ("1250", "1180", "1178", "1176")


def screened(name: str, officer: Actor, suppliers: Sequence[Actor], offers: Any) -> Tender:
    tender = formats_house.ended(name, officer, suppliers, offers)
    assert screen_ended() == 1
    assert IntegrityScreening.objects.filter(auction=tender.auction_id).exists()
    return tender


@pytest.mark.parametrize(
    ("name", "offers", "figures"),
    [
        ("sealed", COVER, ("0.0297", "30.00")),
        ("vickrey", COVER, ("0.0297", "30.00")),
        ("sealed_rounds", COVER, ("0.0297", "30.00")),
        ("turns", COVER, ("0.0297", "30.00")),
        # The sample deviations of the unit prices: 2.4477... about 83.6673..., and 0.1441...
        ("budget", MUCH, ("0.0293", "32.93")),
    ],
)
def test_losing_offers_side_by_side_are_found_among_last_offers(
    officer: Actor, four: list[Actor], name: str, offers: tuple[str, ...], figures: tuple[str, str]
) -> None:
    tender = screened(name, officer, four, offers)
    alert = only_alert(officer, tender, "spread")
    here = seats(tender, four)
    assert (alert["lot"], alert["who"]) == (1, here[1:])
    assert alert["evidence"] == {
        "variation": figures[0],
        "distance": figures[1],
        "rows": [{"seat": seat, "amount": a} for seat, a in zip(here, offers, strict=True)],
    }
    assert facts(shown(officer, tender)) == list(zip(names(four), offers, strict=True))
    nobody_else_is_told(tender, four, alert)


@pytest.mark.parametrize(
    ("name", "offers"),
    [
        ("sealed", ("500.00", "502.00", "531.00", "532.00")),
        ("sealed", ("400.00", "530.00", "531.00", "532.00")),
        ("vickrey", ("500.00", "502.00", "531.00", "532.00")),
        ("sealed_rounds", ("500.00", "502.00", "531.00", "532.00")),
        ("sealed_rounds", ("400.00", "530.00", "531.00", "532.00")),
        ("turns", ("500.00", "502.00", "531.00", "532.00")),
        ("budget", ("1250", "1245", "1178", "1176")),
        ("open_closed", COVER),  # a final offer might be compared with a bid: not looked for
    ],
)
def test_offers_that_differ_as_costs_do_are_no_sign(
    officer: Actor, four: list[Actor], name: str, offers: tuple[str, ...]
) -> None:
    assert told(officer, screened(name, officer, four, offers)) == []


def test_three_sealed_offers_are_too_few(officer: Actor, four: list[Actor]) -> None:
    assert told(officer, screened("sealed", officer, four[:3], COVER[:3])) == []


# Shadow bidding -----------------------------------------------------------------------------


def followed(
    name: str, officer: Actor, suppliers: Sequence[Actor], bids: Bids
) -> tuple[Tender, list[tuple[int, str]]]:
    """The chase of an English auction in another format; the bids of who follows."""
    if name == "budget":  # for the same unit prices
        bids = [(at, who, str(round(550_000 / float(price)))) for at, who, price in bids]
    tender = formats_house.published(name, officer, suppliers)
    also = [formats_house.seeds_opened(tender)] if name == "open_closed" else []
    steps = [(timedelta(seconds=at), suppliers[who], amount) for at, who, amount in bids]
    house.play(tender, steps, also=also)
    assert screen_ended() == 1
    return tender, [(at, amount) for at, who, amount in bids if who == 3]


@pytest.mark.parametrize("name", ["budget", "open_closed"])
def test_who_always_follows_one_and_never_leads_is_found(
    officer: Actor, four: list[Actor], name: str
) -> None:
    tender, own = followed(name, officer, four, chased())
    alert = only_alert(officer, tender, "shadowing")
    first, *_, shadow = seats(tender, four)
    assert (alert["lot"], alert["who"]) == (1, [shadow, first])
    assert tender.auction_id is not None
    start = load(tender.auction_id).rules.starts_at
    written = own if name == "budget" else [(at, f"{amount}.00") for at, amount in own]
    assert alert["evidence"] == {
        "bids": 8,
        "followed": 8,
        "chance": "0.0039",
        "rows": [
            {
                "seat": shadow, "amount": amount, "seconds": gap,
                "at": moment_to_wire(start + timedelta(seconds=at)),
            }
            for gap, (at, amount) in zip(GAPS, written, strict=True)
        ],
    }  # fmt: skip
    nobody_else_is_told(tender, four, alert)


@pytest.mark.parametrize("name", ["budget", "open_closed"])
@pytest.mark.parametrize(
    "bids", [chased([61] * 8), chased(leads_once=True)], ids=["a second too late", "led once"]
)
def test_who_comes_late_or_leads_once_is_no_shadow(
    officer: Actor, four: list[Actor], name: str, bids: Bids
) -> None:
    tender, _own = followed(name, officer, four, bids)
    assert told(officer, tender) == []


def test_each_sign_is_looked_for_where_the_manual_says() -> None:
    assert {each.value for each in OPEN} == {"english", "budget", "open_closed"}
    assert {each.value for each in SPREAD} == set(FORMATS) - {"open_closed", "dutch", "japanese"}
