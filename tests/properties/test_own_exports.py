"""Soundness of what a participant's own export is held against: no sound record is called forged.

Whatever was played, under terms of every open kind and with others' entries closed, each seat's own
export passes the verifier's rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine
from auctions.domain.codec import to_body
from auctions.domain.formats.sealed import awaits_opening
from auctions.domain.refusals import Refusal
from auctions.domain.terms import Basis, Disclosure, Format, Terms
from auctions.ledger.disclosure import Scope, Viewer, opens
from auctions.ledger.replay import Step, replay_own
from tests.domain.packages_room import PackedRoom, packed
from tests.domain.packed_rounds_room import PackedRounds, only, packed_rounds
from tests.domain.room import START, Room, lot, minutes, seconds
from tests.domain.rounds_room import STEP
from tests.properties.play import SEATS, Intent, Player, all_terms, budget_terms, scripts
from tests.properties.play_open_closed import (
    SeededPlayer,
    open_closed_scripts,
    open_closed_terms,
)

LATE = START + timedelta(days=30)


def check(player: Player, script: list[Intent]) -> None:
    player.run(script)
    played = player.finish()
    check_exports(played.terms, SEATS, played.events)
    bids = sum(isinstance(each, ev.BidPlaced) for each in played.events)
    label(f"{min(bids, 5)} bids or more")


def check_exports(terms: Terms, seats: Iterable[str], events: list[ev.Event]) -> None:
    for seat in seats:
        viewer = Viewer(Scope.PARTICIPANT, seat)
        steps = []
        for seq, event in enumerate(events, start=1):
            mine = opens(viewer, terms, event.kind, to_body(event))
            steps.append(Step(seq, LATE, event if mine else None))
        replay_own(steps, seat)


bases = st.sampled_from([Basis.LEADER, Basis.LEADER, Basis.OWN])


@settings(max_examples=60)
@given(bases.flatmap(all_terms), scripts)
def test_of_prices(terms: Terms, script: list[Intent]) -> None:
    check(Player(terms), script)


@settings(max_examples=40)
@given(bases.flatmap(budget_terms), scripts)
def test_of_quantities(terms: Terms, script: list[Intent]) -> None:
    check(Player(terms), script)


@settings(max_examples=40)
@given(open_closed_terms(), open_closed_scripts())
def test_of_a_random_end_and_final_offers(terms: Terms, script: list[Intent]) -> None:
    check(SeededPlayer(terms), script)


# Sealed offers -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Try:
    """What somebody does, as far as the rules allow it: ``number`` is a lot's or a package's."""

    what: str  # offer, package, back, package back; of all: pause, cancel
    seat: str
    number: int
    price: int


tries = st.lists(
    st.builds(
        Try,
        what=st.sampled_from(
            ["offer"] * 5 + ["package"] * 3 + ["back", "package back", "pause", "cancel"]
        ),
        seat=st.sampled_from("abc"),
        number=st.sampled_from([0, 1, 2]),
        # Some too high, some no better by the step; those of 0 are no offers.
        price=st.sampled_from([0, 300, 390, 395, 400, 420, 1010]),
    ),
    min_size=1,
    max_size=9,
)


def attempt(room: PackedRoom | PackedRounds, one: Try, at: datetime) -> None:
    seat, number = one.seat, one.number
    of_round = room.round or None if isinstance(room, PackedRounds) else None
    if one.what == "offer":
        room.offer(seat, str(one.price), at, number)
    elif one.what == "back":
        room.do(cmd.Withdraw(seat, number, room.ref(), of_round), at)
    elif one.what == "package back":
        room.do(cmd.WithdrawPackage(seat, number, room.ref(), of_round), at)
    elif one.what == "pause":
        room.pause(at)
        room.resume(at + seconds(1))
    elif one.what == "cancel" and one.price == 0 and number == 0:  # seldom
        room.do(cmd.Cancel("no need any more", cmd.Officer.BUYER, room.ref()), at)
    elif one.what == "package":
        content: Any = {"prices": {"1": str(one.price), "2": str(one.price)}}
        if number == 0:
            content = {"percent": str(one.price // 10), "count": 2}
        if isinstance(room, PackedRounds):
            room.text(seat, content, number, at)
        else:
            room.text(seat, json.dumps(content), number, at)


def sealed(room: PackedRoom | PackedRounds, scripts: list[list[Try]]) -> None:
    """Play a script a round to the end; the exports of all seats."""
    for script in scripts:
        at = max(each.starts_at or START for each in room.state.lots.values())
        for one in script:
            at += seconds(90)
            with suppress(Refusal):
                attempt(room, one, at)
        opened = False
        while (due := machine.due(room.state)) is not None and not opened:
            room.until(due)
            opened = open_all(room)
    while (due := machine.due(room.state)) is not None:
        room.until(due)
    assert not room.state.phase.is_open
    check_exports(room.state.rules, room.state.seats, room.events)
    told(room)


def open_all(room: PackedRoom | PackedRounds) -> bool:
    if not awaits_opening(room.state):
        return False
    at = max(each.deadline or START for each in room.state.lots.values()) + minutes(1)
    room.hand_over(at)
    room.open(at)
    if room.state.phase.is_open:
        room.until(machine.due(room.state) or at)
    return True


def told(room: Room) -> None:
    for kind in (ev.OfferOpened, ev.PackageOpened, ev.DiscountOpened, ev.LotPaused, ev.Cancelled):
        if any(isinstance(event, kind) for event in room.events):
            label(kind.kind)
    ends = [n for n, event in enumerate(room.events) if isinstance(event, ev.LotClosed)]
    if ends and any(isinstance(e, ev.SealedRoundEnded) for e in room.events[ends[0] :]):
        label("a lot went on alone")


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([Format.SEALED, Format.VICKREY]), st.sampled_from(Disclosure), tries)
def test_of_sealed_offers(of: Format, disclosure: Disclosure, script: list[Try]) -> None:
    sealed(PackedRoom(packed(2, format=of, disclosure=disclosure)), [script])


@settings(max_examples=30, deadline=None)
@given(
    st.booleans(),
    st.booleans(),
    st.sampled_from(Disclosure),
    st.lists(tries, min_size=2, max_size=3),
)
def test_of_sealed_rounds(
    together: bool, unimproved: bool, disclosure: Disclosure, scripts: list[list[Try]]
) -> None:
    """Where there are no packages a lot may end while the others go on."""
    lots = tuple(lot(number, step=STEP) for number in (1, 2))
    given = packed_rounds(only(stop_unimproved=unimproved), lots=lots, disclosure=disclosure)
    if not together:
        given = replace(given, packages=None)
    sealed(PackedRounds(given), scripts)
