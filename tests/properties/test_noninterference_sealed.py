"""Noninterference where offers are sealed, at the lowest price or the second lowest.

Two worlds share the terms, the viewer's own envelopes and every moment; the others offer, replace
and take back otherwise. Before the opening everything told is the same to the byte, and after it
too as long as the result that the terms grant the viewer is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain.state import LotPhase
from auctions.domain.terms import Count, Disclosure, Feedback, Format, SealedTerms, Terms
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer
from tests.domain.room import SALT, START, US, level_lot, lot
from tests.domain.test_sealed import END, LATER, SealedRoom, amount, envelope, of
from tests.properties.test_noninterference import facts
from tests.properties.worlds import answer, told

ME, OTHERS = "a", "bc"
RESERVE = "85.00"
PRICES = ["70.00", "80.00", "80.01", "85.00", "90.00", "95", "100.01", "12.345", "0"]


@dataclass(frozen=True)
class Try:
    """Seal an offer, which need not be sound, or with "" take back the one there is."""

    seat: str
    price: str


own_tries = st.lists(st.builds(Try, st.just(ME), st.sampled_from(["", *PRICES])), max_size=3)
other_tries = st.lists(
    st.builds(Try, st.sampled_from(OTHERS), st.sampled_from(["", *PRICES, *PRICES])), max_size=6
)
all_rules = st.builds(
    lambda reserve, **fields: of(
        lots=(lot(ceiling=Decimal(100), reserve_commitment=_commitment(reserve)),), **fields
    ),
    reserve=st.booleans(),
    format=st.sampled_from([Format.SEALED, Format.VICKREY]),
    disclosure=st.sampled_from(Disclosure),
    blind=st.booleans(),
    feedback=st.builds(
        Feedback,
        rank=st.booleans(),
        lead=st.booleans(),
        count=st.sampled_from(Count),
        reserve_met=st.booleans(),
    ),
    sealed=st.builds(SealedTerms, show_count=st.booleans()),
)
viewers = st.sampled_from([Viewer(Role.SUPPLIER, ME), Viewer(Role.OBSERVER)])


def _commitment(reserve: bool) -> str | None:
    return level_lot(1, RESERVE).reserve_commitment if reserve else None


@cache
def sealed_once(seat: str, price: str) -> str:
    """One envelope for one price: sealing is random, and the worlds share the viewer's own."""
    return envelope(amount(price), seat)


class World:
    def __init__(self, terms: Terms) -> None:
        self.room = SealedRoom(terms, seats=ME + OTHERS)
        if terms.lots[0].reserve_commitment is not None:
            self.room.reserves = (cmd.OpenedReserve(1, SALT, Decimal(RESERVE)),)
        self.answers: list[Any] = []  # to the viewer

    def attempt(self, one: Try, at: datetime) -> None:
        ref = f"{one.seat}{at}"
        asked: cmd.Command = cmd.Withdraw(one.seat, 1, ref)
        if one.price:
            asked = cmd.PlaceSealedOffer(one.seat, 1, sealed_once(one.seat, one.price), ref)
        found = answer(lambda: self.room.do(asked, at))
        if one.seat == ME:
            self.answers.append(found)

    def open(self) -> None:
        self.room.hand_over()
        self.room.open()

    def facts(self, viewer: Viewer) -> Any:
        """What the terms grant of the result, read from their words."""
        there = self.room.lot
        mine = viewer.seat is not None and there.winner == viewer.seat
        return facts(self.room.state, viewer.seat), there.price if mine else None


@settings(max_examples=60)
@given(all_rules, own_tries, other_tries, other_tries, viewers)
def test_a_sealed_offer_is_told_to_nobody_and_after_the_opening_no_more_than_the_result(
    terms: Terms, mine: list[Try], theirs: list[Try], others: list[Try], viewer: Viewer
) -> None:
    assert check_terms(terms) == []
    worlds = World(terms), World(terms)
    for world, script in zip(worlds, (theirs, others), strict=True):
        for place in range(6):
            for late, part in enumerate((script, mine)):
                if place < len(part):
                    world.attempt(part[place], START + (2 * place + 1 + late) * US)

    def told_alike() -> bool:
        heard = [told(world.room, viewer) for world in worlds]
        return heard[0] == heard[1] and worlds[0].answers == worlds[1].answers

    assert told_alike()
    for world in worlds:
        world.room.until(END)
        world.attempt(Try(ME, "70.00"), LATER - US)  # too late
    phases = {world.room.lot.phase for world in worlds}
    if phases != {LotPhase.SEALED}:
        # That nobody offered at all is public.
        assert len(phases) == 2 or told_alike()
        label("nobody offered")
        return
    assert told_alike()
    for world in worlds:
        world.open()
    if worlds[0].facts(viewer) == worlds[1].facts(viewer):
        assert told_alike()
        label("another result, told alike" if _other_result(worlds) else "told alike")
    else:
        label("the result tells them apart")


def _other_result(worlds: tuple[World, World]) -> bool:
    one, two = (world.room.lot for world in worlds)
    return (one.winner, one.price) != (two.winner, two.price)
