"""The protocol of every other format, as page, JSON and PDF, to buyer, winner and loser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from auctions.domain import commands as cmd
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.protocol.pdf import protocol_file
from marketplace.tenders.services import ending, lots, publishing
from tests import tender_house as house
from tests.formats_house import MINUTE, Steps, bid, sealed_steps
from tests.services.test_protocol_pdf import text_of
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
OWN = "500.11"


def dutch(tender: Tender, officer: Any, seats: list[str]) -> Steps:
    return [(3 * MINUTE + MINUTE / 2, cmd.AcceptLevel(seats[0], 1, 3, "take"))]


def japanese(tender: Tender, officer: Any, seats: list[str]) -> Steps:
    both = [(MINUTE, cmd.AcceptLevel(seat, 1, 0, f"in-{seat}")) for seat in seats]
    return [*both, (3 * MINUTE, cmd.AcceptLevel(seats[0], 1, 1, "lower"))]


def turns(tender: Tender, officer: Any, seats: list[str]) -> Steps:
    return [
        (-20 * MINUTE, bid(seats[0], "520.00")),
        (-19 * MINUTE, bid(seats[1], "530.00")),
    ]


def vickrey(tender: Tender, officer: Any, seats: list[str]) -> Steps:
    return sealed_steps(tender, officer, list(zip(seats, (OWN, "512.34"), strict=True)))


# What is typed of the lot, the steps, the winner's price, and what the loser offered.
PLAYED: dict[str, tuple[dict[str, str], Callable[..., Steps], str, str]] = {
    "dutch": ({"start": "450", "ceiling": "", "reserve": "600"}, dutch, "463.63", ""),
    "japanese": ({"start": "550", "ceiling": ""}, japanese, "544.50", "550.00"),
    "turns": ({}, turns, "520.00", "530.00"),
    "vickrey": ({}, vickrey, "512.34", "512.34"),
}


def ended(name: str) -> tuple[Any, list[Any], Tender]:
    officer, sellers = house.buyer(), [house.supplier("Baltmet AS"), house.supplier("Nordwerk")]
    opens = moment_to_wire(utc_now() + 30 * MINUTE)
    more = {"prebid_opens_at": opens} if name == "turns" else {}
    made = house.draft(officer, sellers, format=name, **more)
    typed, steps, _price, _lost = PLAYED[name]
    lots.update_lot(
        actor=officer, tender_id=made.pk, lot_id=made.lots.get().pk, lot=house.lot(**typed)
    )
    tender = publishing.publish(actor=officer, tender_id=made.pk)
    for seller in sellers:
        house.accept(seller, tender)
    by_company = auctioning.seats(tender)
    seats = [by_company[seller.company_id] for seller in sellers]
    house.play(tender, [], also=steps(tender, officer, seats))
    tender.refresh_from_db()
    return officer, sellers, tender


def test_before_the_award_a_vickrey_winner_reads_what_it_is_paid_and_a_loser_does_not() -> None:
    officer, (winner, loser), tender = ended("vickrey")
    path = f"/tenders/{tender.pk}/protocol/"

    def of(actor: Any) -> tuple[dict[str, Any], str, str]:
        (lot,) = protocol_for(actor, tender)["lots"]
        page = signed_in(actor).get(path).content.decode()
        return lot, " ".join(text_of(protocol_file(actor, tender).content).split()), page

    for actor in (officer, winner):
        lot, file, page = of(actor)
        assert lot["award"] is None
        assert (lot["asked"], lot["price"]) == (OWN, "512.34")
        assert f"asked {OWN} EUR, paid 512.34 EUR" in page.replace("\N{NO-BREAK SPACE}", " ")
        assert f"asked {OWN} EUR, paid 512.34 EUR" in file.replace("\N{NO-BREAK SPACE}", " ")
    lot, file, page = of(loser)
    assert not {"asked", "price", "winner"} & lot.keys()
    assert OWN not in file + page
    assert "paid" not in page


@pytest.mark.parametrize("name", PLAYED)
def test_page_document_and_file_say_what_each_may_know(name: str) -> None:
    officer, (winner, loser), tender = ended(name)
    _typed, _steps, price, lost = PLAYED[name]
    ending.confirm_result(actor=officer, tender_id=tender.pk, lot=1, company_id=winner.company_id)
    tender.refresh_from_db()
    path = f"/tenders/{tender.pk}/protocol/"
    said = {
        who: [
            json.dumps(protocol_for(actor, tender), ensure_ascii=False),
            text_of(protocol_file(actor, tender).content),
            signed_in(actor).get(path).content.decode(),
        ]
        for who, actor in (("buyer", officer), ("winner", winner), ("loser", loser))
    }
    for told in said["buyer"]:
        assert "Baltmet AS" in told
        assert price in told
        assert lost in told
    for told in said["winner"]:
        assert price in told
        assert "Nordwerk" not in told
        assert name == "vickrey" or not lost or lost not in told
    for told in said["loser"]:
        assert "Baltmet AS" not in told
        assert lost in told
        assert price == lost or price not in told
