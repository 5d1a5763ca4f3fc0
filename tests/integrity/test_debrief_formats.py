"""The debrief in every format: each participant looks back at its own, and at no rival's amount."""

from __future__ import annotations

from typing import Any

import pytest

from auctions.debrief.paths import LotDebrief, lot_debriefs
from auctions.domain import machine
from auctions.domain.events import BidsVoided
from auctions.domain.state import EMPTY
from auctions.domain.terms import Disclosure, Format
from auctions.domain.visibility import Role, Viewer
from auctions.rehearsal.play.simulate import Played
from tests.domain.test_rehearsal_formats import found, of_format, played


def look(of: Played, viewer: Viewer) -> LotDebrief:
    state, passages = EMPTY, []
    for each in of.ledger:
        after = machine.evolve(state, each.event, each.seq)
        passages.append((state, each.event, after, each.at))
        state = after
    (told,) = lot_debriefs(passages, state, viewer)
    return told


@pytest.mark.parametrize("name", Format)
def test_every_participant_looks_back_at_its_own(name: Format) -> None:
    of = played(of_format(name), count=4)
    lot = of.state.lots[1]
    amounts = {
        seat: {mine.best.amount} for seat, mine in lot.seats.items() if mine.best is not None
    }
    assert len(amounts) > 1 or name is Format.DUTCH
    for bot in of.bots:
        told = look(of, Viewer(Role.SUPPLIER, bot.seat))
        assert told.end.own is not None
        assert told.end.own.won is (lot.winner == bot.seat)
        assert all(point.own or point.level for point in told.points)  # the clock is for all
        if lot.winner != bot.seat:
            assert told.end.price is None
            assert told.needed is None


@pytest.mark.parametrize("name", Format)
def test_where_the_result_is_public_everybody_is_told_the_price(name: Format) -> None:
    terms: Any = of_format(name, disclosure=Disclosure.PUBLIC)
    of = played(terms, count=4)
    lot = of.state.lots[1]
    assert lot.price is not None
    for bot in of.bots:
        assert look(of, Viewer(Role.SUPPLIER, bot.seat)).end.price == lot.price


def test_void_bids_do_not_stand_in_the_debrief_as_ones_that_count() -> None:
    for seed in "123456":
        of = played(of_format(Format.OPEN_CLOSED), seed=seed)
        for voided in found(of, BidsVoided):
            told = look(of, Viewer(Role.SUPPLIER, voided.seat))
            best = of.state.lots[1].seats[voided.seat].best
            assert told.end.own is not None
            assert told.end.own.best == (None if best is None else best.amount)
