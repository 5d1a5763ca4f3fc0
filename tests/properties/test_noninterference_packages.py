"""Noninterference where packages and discounts are sealed in one round, at either price.

Two worlds share the terms, the viewer's own envelopes and every moment; the others seal other
offers, packages and discounts. Before the opening everything told is the same to the byte, and
after it too as long as the result that the terms grant the viewer is.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import event as label
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain.rules import packages as rule
from auctions.domain.state import LotPhase
from auctions.domain.terms import (
    Count,
    Disclosure,
    Feedback,
    Format,
    PackageTerms,
    SealedTerms,
    Terms,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer
from tests.domain.packages_room import PackedRoom, packed
from tests.domain.packages_room import envelope as packed_envelope
from tests.domain.room import START, US
from tests.domain.test_sealed import END, amount, envelope
from tests.properties.test_noninterference import facts
from tests.properties.test_packages_in_rounds import SEATS, Sealed, prices, scripts
from tests.properties.worlds import answer, told

ME = "c"
viewers = st.sampled_from([Viewer(Role.SUPPLIER, ME), Viewer(Role.OBSERVER)])
seldom = st.sampled_from([False, False, False, True])  # for less is told where it is not granted
all_rules = st.builds(
    packed,
    format=st.sampled_from([Format.SEALED, Format.VICKREY, Format.VICKREY]),
    disclosure=st.sampled_from([Disclosure.BUYER] * 3 + [Disclosure.PUBLIC]),
    blind=st.booleans(),
    feedback=st.builds(Feedback, rank=seldom, lead=seldom, count=st.sampled_from(Count)),
    sealed=st.builds(SealedTerms, show_count=st.booleans()),
    packages=st.just(PackageTerms(per_supplier=2, discounts=True)),
)


@st.composite
def rivals(draw: st.DrawFn) -> tuple[list[Sealed], list[Sealed]]:
    """What the others seal in each world: the same at other prices, or something else."""
    theirs = draw(scripts)
    if draw(st.booleans()):
        return theirs, draw(scripts)
    return theirs, [
        replace(one, prices=tuple((lot, draw(prices)) for lot, _ in one.prices)) for one in theirs
    ]


@cache
def command(one: Sealed, ref: str) -> cmd.Command:
    """What a seat sends: sealing is random, and the worlds share the viewer's own bytes."""
    if one.number is None:
        lot, price = one.prices[0]
        return cmd.PlaceSealedOffer(one.seat, lot, envelope(amount(str(price)), one.seat, lot), ref)
    content: dict[str, Any] = {"prices": {lot: str(price) for lot, price in one.prices}}
    if not one.number:
        content = {"percent": str(one.percent), "count": one.count}
        content |= {"lots": list(one.lots)} if one.lots else {}
    made = packed_envelope(json.dumps(content), one.seat, one.number)
    return cmd.PlaceSealedPackage(one.seat, one.number, made, ref)


class World:
    def __init__(self, terms: Terms, theirs: list[Sealed], mine: list[Sealed]) -> None:
        self.room = PackedRoom(terms, seats=SEATS)
        self.answers: list[Any] = []  # to the viewer
        parts = [one for one in theirs if one.seat != ME], [one for one in mine if one.seat == ME]
        for late, part in enumerate(parts):
            for place, one in enumerate(part):
                asked = command(one, f"{one.seat}{place}")
                at = START + (2 * place + 1 + late) * US
                found = answer(lambda asked=asked, at=at: self.room.do(asked, at))
                self.answers += [found] if late else []

    def granted(self, viewer: Viewer) -> Any:
        """What the terms grant of the result, read from their words."""
        state = self.room.state
        done = state.packages and state.packages.allocated
        found: list[Any] = [facts(state, viewer.seat)]
        for number, lot in state.lots.items():
            found.append(done and lot.winner and number in done.by_package)
            if viewer.seat is not None and lot.winner == viewer.seat:
                assert done is not None
                found += [lot.price, done.by_package.get(number), rule.asked(state, number)]
        if state.rules.disclosure is Disclosure.PUBLIC:
            found.append(done)
        own = state.packages and state.packages.seats.get(viewer.seat or "")
        numbers = sorted(own.offers) if own else []
        return found, [rule.won(state, ME, number) for number in numbers]


@settings(max_examples=60, deadline=None)
@given(all_rules, scripts, rivals(), viewers)
def test_a_sealed_package_is_told_to_nobody_and_after_the_opening_no_more_than_the_result(
    terms: Terms, mine: list[Sealed], both: tuple[list[Sealed], list[Sealed]], viewer: Viewer
) -> None:
    assert check_terms(terms) == []
    worlds = [World(terms, script, mine) for script in both]

    def told_alike() -> bool:
        heard = [told(world.room, viewer) for world in worlds]
        return heard[0] == heard[1] and worlds[0].answers == worlds[1].answers

    assert told_alike()
    for world in worlds:
        world.room.until(END)
    # That nobody sealed anything for a lot is public.
    phases = [[lot.phase for lot in world.room.state.lots.values()] for world in worlds]
    assume(phases[0] == phases[1] and LotPhase.SEALED in phases[0])
    assert told_alike()
    for world in worlds:
        world.room.hand_over()
        world.room.open()
    if worlds[0].granted(viewer) == worlds[1].granted(viewer):
        assert told_alike()
        results = [
            [(lot.winner, lot.price) for lot in world.room.state.lots.values()] for world in worlds
        ]
        label("told alike" if results[0] == results[1] else "another result, told alike")
    else:
        label("the result tells them apart")
