"""Sealed offers and Vickrey against an independent reading of the rules, and by replay.

Several lots, some as positions, some with a reserve; offers replaced, taken back, sent twice,
copied from a rival, malformed, above the ceiling, at the very deadline and after it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event as label
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine, outcome, refusals
from auctions.domain.formats.sealed import purpose
from auctions.domain.rules.sealed_lines import text_bytes
from auctions.domain.state import LotPhase, Phase
from auctions.domain.terms import Format, LotTerms, Terms, TiePolicy, reserve_commitment
from auctions.domain.terms_check import check_terms
from auctions.ledger.codec import event_record
from auctions.ledger.replay import replay_all, replay_own
from auctions.ledger.replay_steps import ReplayFailed, Step
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel import sealing
from tests.domain.lines_room import content
from tests.domain.room import US, lot
from tests.domain.test_sealed import END, LATER, PUBLIC, START, SealedRoom, amount, of
from tests.properties.play import bid_of, with_lines

SEATS = "abcd"
SALT = bytes(16)
# Close to each other, to the reserves and to the ceilings, so that ties and both limits matter.
PRICES = (61235, 69999, 70010, 70011, 80000, 80001, 99999)
RESERVES = (70010, 80000)
CEILINGS = (80000, 99999)


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


# What is played ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Try:
    """One thing a seat does on a lot, in the order of the script."""

    seat: str
    lot: int
    what: str
    cents: int


WHAT = ("offer",) * 6 + ("again", "again", "back", "copied", "malformed")
tries = st.builds(
    Try,
    seat=st.sampled_from(SEATS),
    lot=st.integers(1, 3),
    what=st.sampled_from(WHAT),
    cents=st.sampled_from(PRICES),
)


@dataclass(frozen=True)
class Script:
    """In time, at the deadline to the microsecond, and after it."""

    early: list[Try]
    last: list[Try]
    late: list[Try]


scripts = st.builds(
    Script,
    early=st.lists(tries, min_size=2, max_size=10),
    last=st.lists(tries, max_size=3),
    late=st.lists(tries, max_size=2),
)


@dataclass(frozen=True)
class LotRules:
    """A lot as this test reads it; prices in cents."""

    ceiling: int | None
    reserve: int | None
    positions: bool


lots_rules = st.lists(
    st.builds(
        LotRules,
        ceiling=st.none() | st.sampled_from(CEILINGS),
        reserve=st.none() | st.sampled_from(RESERVES),
        positions=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)
formats = st.sampled_from([Format.SEALED, Format.VICKREY])
policies = st.sampled_from([TiePolicy.FIRST, TiePolicy.EQUAL_BEST, TiePolicy.EQUAL_WORST])


def lot_of(number: int, rules: LotRules) -> LotTerms:
    def decimal(cents: int | None) -> Decimal | None:
        return None if cents is None else Decimal(money(cents))

    committed = rules.reserve and reserve_commitment(SALT, money(rules.reserve))
    made = lot(number, ceiling=decimal(rules.ceiling), reserve_commitment=committed)
    return with_lines(made) if rules.positions else made


class Played(SealedRoom):
    """The script through the domain's commands; what is refused is compared with the model."""

    def __init__(self, given: Terms, lots: Sequence[LotRules]) -> None:
        super().__init__(given, seats=SEATS)
        self.reserves = tuple(
            cmd.OpenedReserve(number, SALT.hex(), Decimal(money(each.reserve)))
            for number, each in enumerate(lots, 1)
            if each.reserve is not None
        )
        self.sent: dict[tuple[str, int], cmd.PlaceSealedOffer] = {}

    def sealed(self, one: Try) -> str:
        rules = self.state.rules.lots[one.lot - 1]
        text = amount(money(one.cents))
        if rules.lines is not None:
            price = Decimal(money(one.cents))
            prices = bid_of(self.state.rules, one.seat, one.lot, price, "", None).lines or ()
            text = content([str(each) for each in prices])
        if one.what == "malformed":
            text = json.dumps({"amount": f"{one.cents}cents"})
        keys = PUBLIC.values()
        goal = purpose(one.seat, one.lot)
        return sealing.seal(*keys, goal, text.encode("ascii"), text_bytes(rules)).hex()

    def act(self, one: Try, at: datetime) -> None:
        place = (one.seat, one.lot)
        if one.what == "back":
            self.do(cmd.Withdraw(one.seat, one.lot, self.ref()), at)
            return
        command = self.sent.get(place) if one.what == "again" else None
        if command is None:
            envelope = self.sealed(one)
            if one.what == "copied":
                rivals = [each for each in self.sent.values() if each.lot == one.lot]
                envelope = next(
                    (each.envelope for each in rivals if each.seat != one.seat), envelope
                )
            command = cmd.PlaceSealedOffer(one.seat, one.lot, envelope, self.ref())
        self.do(command, at)
        self.sent[place] = command


# The rules read once more --------------------------------------------------------------------


class Model:
    """Plain numbers, no events, no states: of each seat on each lot the last thing it sent."""

    def __init__(self, lots: Sequence[LotRules], name: Format) -> None:
        self.lots = lots
        self.name = name
        self.offers: dict[int, dict[str, tuple[int | None, int]]] = {
            number: {} for number in range(1, len(lots) + 1)
        }
        self.sent: dict[tuple[str, int], tuple[int | None, str]] = {}  # also what was taken back
        self.clock = 0

    def act(self, one: Try) -> bool:
        """Whether it is taken."""
        self.clock += 1
        place = (one.seat, one.lot)
        if one.what == "back":
            return self.offers[one.lot].pop(one.seat, None) is not None
        cents: int | None = None if one.what == "malformed" else one.cents
        by = one.seat
        if one.what == "again" and place in self.sent:
            cents, by = self.sent[place]
        elif one.what == "copied":
            rivals = [
                sent
                for (seat, number), sent in self.sent.items()
                if number == one.lot and seat != one.seat
            ]
            cents, by = rivals[0] if rivals else (one.cents, by)
        self.sent[place] = (cents, by)
        # An envelope names its seat and lot: in another's hands it is no offer.
        self.offers[one.lot][one.seat] = (cents if by == one.seat else None, self.clock)
        return True

    def valid(self, number: int) -> list[tuple[int, int, str]]:
        """Amount, order and seat of the offers that count, the best first."""
        ceiling = self.lots[number - 1].ceiling
        found = [
            (cents, order, seat)
            for seat, (cents, order) in self.offers[number].items()
            if cents is not None and (ceiling is None or cents <= ceiling)
        ]
        return sorted(found)

    def result(self, number: int) -> tuple[str | None, int | None, str]:
        rules, good = self.lots[number - 1], self.valid(number)
        if not good:
            return None, None, "no_bid"
        own, _, seat = good[0]
        if rules.reserve is not None and own > rules.reserve:
            return None, None, "reserve_not_met"
        if self.name is Format.SEALED:
            return seat, own, "won"
        above = [cents for cents, _, _ in good[1:2]]
        above += [cents for cents in (rules.reserve, rules.ceiling) if cents is not None]
        return seat, min(above, default=own), "won"

    def ranks(self, number: int, ties: TiePolicy) -> dict[str, int]:
        all_ = [cents for cents, _, _ in self.valid(number)]
        return {
            seat: {
                TiePolicy.FIRST: place,
                TiePolicy.EQUAL_BEST: 1 + sum(each < cents for each in all_),
                TiePolicy.EQUAL_WORST: sum(each <= cents for each in all_),
            }[ties]
            for place, (cents, _, seat) in enumerate(self.valid(number), 1)
        }


# Together ------------------------------------------------------------------------------------


def play(room: Played, model: Model, script: Script) -> None:
    def there(tries: list[Try]) -> list[Try]:
        return [replace(one, lot=1 + (one.lot - 1) % len(model.lots)) for one in tries]

    steps = [(one, START + place * US) for place, one in enumerate(there(script.early), 1)]
    for one, at in [*steps, *((one, END) for one in there(script.last))]:
        try:
            room.act(one, at)
        except refusals.NothingToWithdraw:
            assert one.what == "back"
            assert not model.act(one)
        else:
            assert model.act(one)
    room.until(END)
    before = room.state
    for one in there(script.late):
        with pytest.raises((refusals.LotClosedAlready, refusals.AuctionEnded)):
            room.act(one, END + US)
    assert room.state == before


def check_nothing_is_told(room: Played, lots: Sequence[LotRules]) -> None:
    """No amount in the state, its snapshot or any entry, but the ceilings that the terms name, and
    the reserve of a lot that nobody made an offer for: it is opened at once."""
    public = {each.ceiling for each in lots}
    closed = [each for each in room.state.lots.values() if each.phase is LotPhase.CLOSED]
    public |= {lots[each.number - 1].reserve for each in closed}
    entries = json.dumps([event_record(event) for event in room.events])
    kept = repr(room.state) + state_to_text(room.state) + repr(room.events) + entries
    for cents in set(PRICES) - public:
        for text in (money(cents), f'"{cents}"', money(cents).encode().hex()):
            assert text not in kept, text
    assert not any(mine.best for lot in room.state.lots.values() for mine in lot.seats.values())


def opened(room: Played) -> None:
    """By both keys; without one of them, or by another, refused and nothing changed."""
    before = room.state
    with pytest.raises(refusals.AuditorKeyMissing):
        room.open()
    room.hand_over()
    with pytest.raises(refusals.KeyHandedOverAlready):
        room.hand_over()
    with pytest.raises(refusals.KeyDiffers):
        room.open(office=(13).to_bytes(32))
    assert replace(room.state, sealing=None, seq=0) == replace(before, sealing=None, seq=0)
    room.open()


def steps_of(events: Sequence[ev.Event]) -> list[Step]:
    return [Step(seq, LATER, event) for seq, event in enumerate(events, 1)]


def check_none_may_be_missing(room: Played) -> None:
    """An opening that leaves one offer out, whatever it held, is refused at the entry left out; and
    its own seat finds it closed."""
    opened_ = (ev.OfferOpened, ev.OfferRejected)
    places = [place for place, each in enumerate(room.events) if isinstance(each, opened_)]
    for place in {*places[:1], *places[-1:]}:
        event = room.events[place]
        assert isinstance(event, opened_)
        without = steps_of([*room.events[:place], *room.events[place + 1 :]])
        with pytest.raises(ReplayFailed) as found:
            replay_all(without, {})
        assert found.value.seq == place + 1
        closed = steps_of(room.events)
        closed[place] = replace(closed[place], event=None)
        for steps in (without, closed):
            with pytest.raises(ReplayFailed):
                replay_own(steps, event.seat)


def limited_by(rules: LotRules, *offers: tuple[str, int]) -> Any:
    """A Vickrey auction of one lot with these offers, in this order."""
    early = [Try(seat, 1, "offer", cents) for seat, cents in offers]
    return example([rules], Format.VICKREY, TiePolicy.FIRST, Script(early, [], []))


@limited_by(LotRules(None, 70010, False), ("a", 61235), ("b", 80000))  # the reserve, not the second
@limited_by(LotRules(80000, None, False), ("a", 61235))  # alone: the ceiling
@limited_by(LotRules(80000, 70010, False), ("a", 61235), ("b", 69999), ("c", 61235))  # an equal one
@settings(max_examples=60, deadline=None)
@given(lots_rules, formats, policies, scripts)
def test_winners_and_prices_are_as_the_rules_say_and_nothing_is_told_before(
    lots: list[LotRules], name: Format, ties: TiePolicy, script: Script
) -> None:
    if name is Format.VICKREY:  # which has no positions
        lots = [replace(each, positions=False) for each in lots]
    terms = of(
        format=name, ties=ties, lots=tuple(lot_of(n, each) for n, each in enumerate(lots, 1))
    )
    assert not check_terms(terms)
    room, model = Played(terms, lots), Model(lots, name)
    play(room, model, script)
    sealed = [each for each in room.state.lots.values() if each.phase is LotPhase.SEALED]
    assert {each.number for each in sealed} == {n for n, made in model.offers.items() if made}
    check_nothing_is_told(room, lots)
    if sealed:
        opened(room)
    won = any(model.result(number)[0] for number in range(1, len(lots) + 1))
    assert room.state.phase is (Phase.CLOSED if won else Phase.FAILED)

    for number, rules in enumerate(lots, 1):
        found = room.state.lots[number]
        good = model.valid(number)
        seat, cents, how = model.result(number)
        label(f"{name}: {how}")
        assert (found.winner, found.price, str(found.outcome)) == (
            seat, None if cents is None else Decimal(money(cents)), how,
        )  # fmt: skip
        standing = [(each.offer.amount, each.seat) for each in outcome.ranking(room.state, found)]
        assert standing == [(Decimal(money(value)), whose) for value, _, whose in good]
        ranks = {each.seat: each.rank for each in outcome.ranking(room.state, found)}
        assert ranks == model.ranks(number, ties)
        rejected = {
            each.seat
            for each in room.events
            if isinstance(each, ev.OfferRejected) and each.lot == number
        }
        assert rejected == model.offers[number].keys() - ranks.keys()
        if seat is not None and cents is not None:
            own = good[0][0]
            assert (
                own
                <= cents
                <= min(
                    limit for limit in (rules.ceiling, rules.reserve, 10**9) if limit is not None
                )
            )
            if len(good) > 1:
                assert cents <= good[1][0]

    room.replayed()
    assert machine.replay(room.events) == room.state
    assert state_from_text(state_to_text(room.state)) == room.state
    check_none_may_be_missing(room)
