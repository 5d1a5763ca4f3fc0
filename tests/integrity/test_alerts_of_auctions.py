"""Signs in whole auctions, as the background task finds them: told to the buyer and to nobody else.

The auctions are published, played and closed by the services; only the moments are made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from auctions.integrity.wording import BENIGN, FORMULAS
from auctions.models import IntegrityAlert, IntegrityScreening
from auctions.selectors import load
from auctions.tasks import screen_ended
from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.notifications.models import Notice
from kernel.clock import moment_to_wire
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from tests import tender_house as house
from tests.people import api_client
from tests.screening_house import text
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
Bids = Sequence[tuple[int, int, str]]  # second after the start, place of the supplier, amount


def ended(officer: Actor, suppliers: Sequence[Actor], bids: Bids) -> Tender:
    """A tender whose auction has come to its end with these bids, and was looked at."""
    tender = house.published(officer, suppliers)
    for each in suppliers:
        house.accept(each, tender)
    house.play(
        tender, [(timedelta(seconds=at), suppliers[who], amount) for at, who, amount in bids]
    )
    assert screen_ended() == 1
    assert IntegrityScreening.objects.filter(auction=tender.auction_id).exists()
    return tender


def seats(tender: Tender, suppliers: Sequence[Actor]) -> list[str]:
    of = auctioning.seats(tender)
    return [of[each.company_id] for each in suppliers]


def closed_at(tender: Tender) -> str:
    assert tender.auction_id is not None
    moment = load(tender.auction_id).lots[1].closed_at
    assert moment is not None
    return moment_to_wire(moment)


def names(suppliers: Sequence[Actor]) -> list[str]:
    return [Company.objects.get(pk=each.company_id).legal_name for each in suppliers]


def told(officer: Actor, tender: Tender) -> list[dict[str, Any]]:
    """The alerts as the API tells them, of which the page shows as many."""
    api, page = reverse("api-integrity", args=[tender.auction_id]), shown(officer, tender)
    found: list[dict[str, Any]] = api_client(officer).get(api).json()["results"]
    assert page.count('<article class="ff-card" id="alert-') == len(found)
    nothing = "The screens found nothing unusual in this auction."
    assert (nothing in page) is (not found)
    return found


def shown(officer: Actor, tender: Tender) -> str:
    """The page of alerts as the buyer reads it."""
    answer = signed_in(officer).get(reverse("auctions:integrity", args=[tender.auction_id]))
    assert answer.status_code == 200
    return unescape(text(answer))


def only_alert(officer: Actor, tender: Tender, kind: str) -> dict[str, Any]:
    """The one alert of the auction, explained on the page and over the API alike."""
    (alert,) = told(officer, tender)
    assert (alert["kind"], alert["state"], alert["decisions"]) == (kind, "open", [])
    assert (alert["formula"], alert["benign"]) == (str(FORMULAS[kind]), str(BENIGN[kind]))
    page = shown(officer, tender)
    assert "A sign is not a proof." in page
    for words in (alert["formula"], alert["benign"]):
        assert f"<dd>{words}</dd>" in page
    return alert


def facts(page: str) -> list[tuple[str, str]]:
    """The rows of evidence on the page: who, and what."""
    body = page.partition('aria-label="Evidence"')[2].partition("<tbody>")[2].partition("</tbody>")
    rows = [row.partition("</th><td>") for row in body[0].split('<tr><th scope="row">')[1:]]
    return [(who, what.partition("</td>")[0]) for who, _, what in rows]


def nobody_else_is_told(tender: Tender, suppliers: Sequence[Actor], alert: dict[str, Any]) -> None:
    """Not one of the participants, on a page, over the API, in a file, by search or by notice."""
    stranger = house.buyer("Riga Ports SIA")
    closed = ("auctions:integrity", "auctions:connections", "api-integrity", "api-connections")
    decide = reverse("api-integrity-decide", args=[tender.auction_id, alert["id"]])
    for client in map(api_client, (*suppliers, stranger)):
        for name in closed:
            assert client.get(reverse(name, args=[tender.auction_id])).status_code == 404
        for form in ("csv", "xlsx"):
            url = reverse("auctions:connections", args=[tender.auction_id])
            assert client.get(url, {"form": form}).status_code == 404
        assert client.post(decide, {"state": "seen"}).status_code == 404
    words = (alert["id"], "/integrity/", "Integrity", alert["benign"], alert["formula"])
    for actor in suppliers:
        for url, content in _open_to(tender, signed_in(actor)):
            assert [each for each in words if each in content] == [], url
    assert not Notice.objects.filter(text__icontains="integrity").exists()
    assert IntegrityAlert.objects.get(pk=alert["id"]).state == "open"


def _open_to(tender: Tender, client: Client) -> list[tuple[str, str]]:
    """Everything a participant may open around the auction, with what stands in it."""
    rooms = ("auctions:room", "auctions:debrief", "api-auction", "api-debrief",
             "api-auction-ledger", "api-auction-own-bids")  # fmt: skip
    urls = [
        *(reverse(name, args=[tender.auction_id]) for name in rooms),
        reverse("auctions:list"), f"/tenders/{tender.pk}/", f"/api/v1/tenders/{tender.pk}/", "/",
    ]  # fmt: skip
    answers = [(url, client.get(url)) for url in urls]
    for words in ("integrity", "alert", tender.title):
        found = client.get(reverse("ui:search"), {"q": words}, headers={"HX-Request": "true"})
        answers.append((f"search for {words}", found))
    assert [url for url, answer in answers if answer.status_code != 200] == []
    return [(url, b"".join(answer).decode("utf-8", "replace")) for url, answer in answers]


# Wins by turns ------------------------------------------------------------------------------


def won_by(winner: int) -> Bids:
    """Four bid, evenly spread and with nobody after anybody, and that one wins."""
    losing = [who for who in range(4) if who != winner]
    bids = [(60 + 120 * place, who, f"{548 - 9 * place}") for place, who in enumerate(losing)]
    return [*bids, (900, winner, "524")]


def in_turn(officer: Actor, suppliers: Sequence[Actor], winners: str) -> list[Tender]:
    return [ended(officer, suppliers, won_by("abcd".index(winner))) for winner in winners]


def test_four_who_win_by_turns_are_found_at_the_sixth_lot_and_not_before(
    officer: Actor, four: list[Actor]
) -> None:
    tenders = in_turn(officer, four, "abcda")
    assert [told(officer, each) for each in tenders] == [[]] * 5
    tenders += in_turn(officer, four, "b")
    last = tenders[-1]
    alert = only_alert(officer, last, "rotation")
    here = dict(zip("abcd", seats(last, four), strict=True))
    called = dict(zip("abcd", names(four), strict=True))
    turns = list(zip(tenders, "abcdab", strict=True))
    assert (alert["lot"], set(alert["who"])) == (0, set(here.values()))
    # Of the 180 orders of two, two, one and one wins four have three full turns of four.
    assert alert["evidence"] == {
        "chance": "0.022",
        "rows": [
            {
                "reference": tender.reference, "lot": 1, "winner": here[winner],
                "at": closed_at(tender),
            }
            for tender, winner in turns
        ],
    }  # fmt: skip

    page = shown(officer, last)
    assert facts(page) == [
        (called[winner], f"won {tender.reference}, lot 1") for tender, winner in turns
    ]
    assert "met in 6 lots of yours and won by turns. By chance: 0.022." in page
    assert [told(officer, each) for each in tenders[:5]] == [[]] * 5
    nobody_else_is_told(last, four, alert)


@pytest.mark.parametrize("winners", ["aabbcd", "abcdaa"])
def test_the_same_wins_in_another_order_are_no_sign(
    officer: Actor, four: list[Actor], winners: str
) -> None:
    assert told(officer, in_turn(officer, four, winners)[-1]) == []


def test_lots_of_another_buyer_do_not_make_up_the_turns(officer: Actor, four: list[Actor]) -> None:
    other = house.buyer("Riga Ports SIA")
    in_turn(other, four, "abc")
    assert told(officer, in_turn(officer, four, "dab")[-1]) == []


# Shadow bidding -----------------------------------------------------------------------------

GAPS = (5, 12, 20, 33, 41, 52, 59, 60)


def chased(
    gaps: Sequence[int] = GAPS, leads_once: bool = False, between: Sequence[int] = (4,)
) -> Bids:
    """The first wins against the second and third, who bid so much below it ``between`` its bids;
    after each of these the fourth bids a little above it, so many seconds later."""
    bids, price = [], 548
    for number, gap in enumerate(gaps):
        at = 30 + number * 180
        for place, below in enumerate(between):
            bids.append((at + 20 * place, 1 + (number + place) % 2, str(price - below)))
        bids.append((at + 110, 0, str(price - 8)))
        above = -1 if leads_once and number == 3 else 2
        bids.append((at + 110 + gap, 3, str(price - 8 + above)))
        price -= 8
    return bids


def test_five_bids_are_enough_and_four_too_few(officer: Actor, four: list[Actor]) -> None:
    crowded = (1, 2, 5)  # a quarter of the others' bids are the first's
    assert told(officer, ended(officer, four, chased(GAPS[:4], between=crowded))) == []
    (alert,) = told(officer, ended(officer, four, chased(GAPS[:5], between=crowded)))
    assert (alert["kind"], alert["evidence"]["chance"]) == ("shadowing", "0.00098")


def test_who_always_follows_one_and_never_leads_is_found(officer: Actor, four: list[Actor]) -> None:
    bids = chased()
    tender = ended(officer, four, bids)
    alert = only_alert(officer, tender, "shadowing")
    winner, *_, shadow = seats(tender, four)
    assert (alert["lot"], alert["who"]) == (1, [shadow, winner])
    assert tender.auction_id is not None
    start = load(tender.auction_id).rules.starts_at
    own = [(at, amount) for at, who, amount in bids if who == 3]
    assert alert["evidence"] == {
        "bids": 8,
        "followed": 8,
        "chance": "0.0039",  # each as likely as not: the winner made half of the others' bids
        "rows": [
            {
                "seat": shadow, "amount": f"{amount}.00", "seconds": gap,
                "at": moment_to_wire(start + timedelta(seconds=at)),
            }
            for gap, (at, amount) in zip(GAPS, own, strict=True)
        ],
    }  # fmt: skip

    page, called = shown(officer, tender), names(four)
    assert facts(page) == [
        (called[3], f"{amount}.00, {gap} s later")
        for gap, (_at, amount) in zip(GAPS, own, strict=True)
    ]
    assert (
        f"8 of 8 bids of {called[3]} came right after a bid of {called[0]}, and none ever led. "
        "By chance: 0.0039." in page
    )
    nobody_else_is_told(tender, four, alert)


@pytest.mark.parametrize(
    "bids",
    [chased([61] * 8), chased(leads_once=True), chased(GAPS[:6])],
    ids=["a second too late", "led once", "as likely as not, six times"],
)
def test_who_comes_late_leads_once_or_may_do_so_by_chance_is_no_shadow(
    officer: Actor, four: list[Actor], bids: Bids
) -> None:
    assert told(officer, ended(officer, four, bids)) == []


# Abnormal spread ----------------------------------------------------------------------------


def one_each(*amounts: str) -> Bids:
    return [(60 + 120 * who, who, amount) for who, amount in enumerate(amounts)]


def test_losing_offers_side_by_side_and_far_from_the_winners_are_found(
    officer: Actor, four: list[Actor]
) -> None:
    amounts = ("500.00", "530.00", "531.00", "532.00")
    tender = ended(officer, four, one_each(*amounts))
    alert = only_alert(officer, tender, "spread")
    here = seats(tender, four)
    assert (alert["lot"], alert["who"]) == (1, here[1:])
    assert alert["evidence"] == {
        # The sample deviations: 15.521... of all about their mean of 523.25, and 1 of the losers.
        "variation": "0.0297",
        "distance": "30.00",
        "rows": [
            {"seat": seat, "amount": amount} for seat, amount in zip(here, amounts, strict=True)
        ],
    }

    page = shown(officer, tender)
    assert facts(page) == list(zip(names(four), amounts, strict=True))
    assert "apart from the winner's: CV 0.0297, relative distance 30.00." in page
    nobody_else_is_told(tender, four, alert)


@pytest.mark.parametrize(
    "amounts",
    [
        ("500.00", "502.00", "531.00", "532.00"),
        ("400.00", "530.00", "531.00", "532.00"),
        ("500.00", "530.00", "531.00"),
    ],
    ids=["one loser was near", "varied as a whole", "three offers"],
)
def test_offers_that_differ_as_costs_do_are_no_sign(
    officer: Actor, four: list[Actor], amounts: tuple[str, ...]
) -> None:
    assert told(officer, ended(officer, four, one_each(*amounts))) == []
