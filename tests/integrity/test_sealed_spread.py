"""Sealed offers too close to each other are screened, as open ones are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from auctions.domain.terms import Format
from auctions.integrity import gathering
from auctions.integrity.screens import shadowing, spread
from auctions.integrity.wording import BENIGN, FORMULAS
from auctions.models.integrity import AlertKind
from tests.domain.test_sealed import END, SealedRoom, of

COVER = {"a": "90.00", "b": "99.00", "c": "99.50", "d": "100.00"}  # three that were not to win


def opened(name: Format, offers: dict[str, str]) -> SealedRoom:
    room = SealedRoom(of(format=name), seats="abcd")
    for seat, value in offers.items():
        room.offer(seat, value)
    room.until(END)
    room.hand_over()
    room.open()
    return room


@pytest.mark.parametrize("name", [Format.SEALED, Format.VICKREY])
def test_cover_offers_are_found_and_named(name: Format) -> None:
    (contest,) = gathering.last_offers(opened(name, COVER).state)
    (found,) = spread(contest)
    assert (found.lot, found.who) == (1, ("b", "c", "d"))
    assert [row["amount"] for row in found.evidence["rows"]] == list(COVER.values())
    assert Decimal(found.evidence["variation"]) <= Decimal("0.06")
    assert list(shadowing(contest)) == []


def test_offers_that_differ_as_costs_do_are_not() -> None:
    honest = {"a": "80.00", "b": "84.00", "c": "93.00", "d": "99.00"}
    (contest,) = gathering.last_offers(opened(Format.SEALED, honest).state)
    assert list(spread(contest)) == []


def test_nothing_is_gathered_before_the_opening() -> None:
    room = SealedRoom(seats="abcd")
    for seat, value in COVER.items():
        room.offer(seat, value)
    room.until(END)
    assert list(gathering.last_offers(room.state)) == []


def test_every_alert_says_how_it_is_found_and_what_else_it_may_be() -> None:
    for kind in AlertKind:
        assert str(FORMULAS[kind])
        assert str(BENIGN[kind])
