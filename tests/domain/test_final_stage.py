"""The final stage after a random end: who may offer, what counts, who learns what, what a replay
finds."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine, refusals
from auctions.domain.commands import KeyHolder
from auctions.domain.formats.open_closed import finalists
from auctions.domain.formats.sealed import purpose
from auctions.domain.machine import next_valid_bid
from auctions.domain.state import AuctionState, LotPhase, LotState, Offer, Phase, SeatOnLot
from auctions.domain.terms import OpenClosedTerms, Terms
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel import random_end, sealing
from tests.domain.room import BEFORE, START, US, Room, minutes, seconds
from tests.domain.test_random_end import AUDITOR, CUT, END, PLATFORM, WINDOW, ZERO, of

KEYS = {KeyHolder.AUDITOR: (7).to_bytes(32), KeyHolder.OFFICE: (11).to_bytes(32)}
SEEDS = {KeyHolder.AUDITOR: AUDITOR, KeyHolder.OFFICE: PLATFORM}
REVEALED = END + seconds(30)
OVER = REVEALED + minutes(5)
LATER = OVER + minutes(1)


def both(**fields: Any) -> Terms:
    return of(open_closed=OpenClosedTerms(**fields))


class FinalRoom(Room):
    def __init__(self, given: Terms | None = None, seats: str = "abcd") -> None:
        super().__init__(given or both(), seats=seats)
        for holder, secret in KEYS.items():
            self.do(cmd.SetSealingKey(holder, sealing.public_key_of(secret).hex()), BEFORE)
            seed = random_end.commitment(SEEDS[holder])
            self.do(cmd.CommitSeed(holder, seed), BEFORE)
        self.until(START)

    def reveal(self) -> tuple[ev.Event, ...]:
        return self.do(cmd.RevealSeeds(PLATFORM.hex(), AUDITOR.hex(), self.reserves), REVEALED)

    def offer(self, seat: str, value: str, at: Any = REVEALED + US) -> tuple[ev.Event, ...]:
        public = [sealing.public_key_of(KEYS[holder]) for holder in KEYS]
        text = json.dumps({"amount": value}).encode("ascii")
        envelope = sealing.seal(public[0], public[1], purpose(seat, 1), text).hex()
        return self.do(cmd.PlaceSealedOffer(seat, 1, envelope, self.ref()), at)

    def open(self) -> tuple[ev.Event, ...]:
        self.hand_over()
        return self.open_all()

    def hand_over(self) -> tuple[ev.Event, ...]:
        return self.do(cmd.HandOverKey(cmd.KeyMeans.PERSON), LATER)

    def open_all(self) -> tuple[ev.Event, ...]:
        secrets = (KEYS[KeyHolder.AUDITOR].hex(), KEYS[KeyHolder.OFFICE].hex())
        return self.do(cmd.OpenOffers(*secrets, cmd.KeyMeans.PLATFORM, self.reserves), LATER)

    def replayed(self) -> None:
        assert replay_all(steps(self.events), {}) == self.state
        for seat in self.state.seats:
            replay_own(steps(self.events), seat)


def steps(events: list[ev.Event]) -> list[Step]:
    return [Step(number, LATER, event) for number, event in enumerate(events, start=1)]


def bidding() -> FinalRoom:
    """The open phase: a, b within ten percent, c third, d far behind; b's last bid is void."""
    room = FinalRoom()
    for seat, amount in (("a", 500), ("b", 540), ("c", 800), ("d", 900)):
        room.bid(seat, amount, START + minutes(1))
    room.bid("b", 100, WINDOW + CUT + US)
    room.until(END)
    return room


def played() -> FinalRoom:
    room = bidding()
    room.reveal()
    room.offer("b", "450.00")
    room.offer("c", "600")
    room.open()
    return room


def test_terms_are_sound_and_the_stage_is_five_minutes_at_most() -> None:
    assert check_terms(both()) == []
    wrong = both(final=minutes(6), within=Decimal(101), least=0)
    assert {each.field for each in check_terms(wrong)} == {
        "open_closed.final",
        "open_closed.within",
        "open_closed.least",
    }


def test_the_best_those_near_and_three_in_any_case_may_offer() -> None:
    room = bidding()
    named = [each.seat for each in room.reveal() if isinstance(each, ev.FinalistNamed)]
    assert named == ["a", "b", "c"]  # b's void bid of 100 would have left a out of reach
    assert room.state.lots[1].deadline == OVER


@given(st.lists(st.integers(1, 40), max_size=8), st.integers(1, 5), st.integers(0, 100))
def test_finalists_by_an_independent_reading(amounts: list[int], least: int, within: int) -> None:
    seats = {
        f"s{place}": SeatOnLot(best=Offer(Decimal(amount), place + 1, START, prebid=False))
        for place, amount in enumerate(amounts)
    }
    rule = OpenClosedTerms(within=Decimal(within), least=least)
    found = finalists(LotState(1, seats=seats), rule)
    for place, amount in enumerate(amounts):
        before = sum((other, at) < (amount, place) for at, other in enumerate(amounts))
        near = amount / min(amounts) <= 1 + within / 100 + 1e-9
        assert (f"s{place}" in found) is (near or before < least)


def test_the_lower_of_bid_and_final_offer_counts() -> None:
    room = played()
    lot = room.state.lots[1]
    assert room.state.phase is Phase.CLOSED
    assert (lot.winner, lot.price) == ("b", Decimal(450))
    assert {seat: mine.best.amount for seat, mine in lot.seats.items() if mine.best} == {
        "a": 500,
        "b": 450,
        "c": 600,
        "d": 900,
    }
    room.replayed()


def test_a_final_offer_above_the_own_bid_changes_nothing() -> None:
    room = bidding()
    room.reveal()
    room.offer("a", "700")
    room.open()
    lot = room.state.lots[1]
    assert (lot.winner, lot.price) == ("a", Decimal(500))
    room.replayed()


def test_ranks_stay_shown_while_the_opening_is_awaited() -> None:
    """The bids were ranked before everybody: that final offers wait hides nothing of them."""
    room = bidding()
    room.reveal()
    viewers = [Viewer(Role.SUPPLIER, "b"), Viewer(Role.BUYER)]
    before = [standing(room.state, each).lots[0] for each in viewers]
    room.offer("b", "450.00")
    room.until(OVER)
    after = [standing(room.state, each).lots[0] for each in viewers]
    assert room.state.lots[1].phase is LotPhase.SEALED
    own = [each.own for each in (before[0], after[0])]
    assert [mine and mine.rank for mine in own] == [2, 2]
    assert after[0].bidders == before[0].bidders
    assert after[1].participants == before[1].participants


def test_no_rank_is_told_between_the_entries_of_the_opening() -> None:
    """Offers are opened one by one: a rank told in between would tell of others' amounts."""
    room = bidding()
    room.reveal()
    room.offer("b", "450.00")
    room.do(cmd.HandOverKey(cmd.KeyMeans.PERSON), LATER)
    secrets = (KEYS[KeyHolder.AUDITOR].hex(), KEYS[KeyHolder.OFFICE].hex())
    command = cmd.OpenOffers(*secrets, cmd.KeyMeans.PLATFORM, room.reserves)
    state, told = room.state, []
    for event in machine.decide(state, command, LATER):
        state = machine.evolve(state, event, state.seq + 1)
        own = standing(state, Viewer(Role.SUPPLIER, "b")).lots[0].own
        told.append((event.kind, own and own.rank))
    assert told[:2] == [("offers_opened", None), ("offer_opened", None)]
    assert ("lot_closed", 1) in told


def test_a_pause_of_the_final_stage_leaves_the_window_where_it_was() -> None:
    room = bidding()
    room.reveal()
    begins = room.state.lots[1].random_end
    room.pause(REVEALED + seconds(10))
    room.resume(REVEALED + minutes(3))
    room.offer("b", "450", REVEALED + minutes(6))
    after = room.state.lots[1].random_end
    assert begins is not None
    assert after is not None
    assert after.begins == begins.begins == WINDOW
    room.replayed()


def test_the_percentage_is_compared_exactly_and_has_six_places_at_most() -> None:
    assert check_terms(both(within=Decimal("9.123456"))) == []
    for within in ("9.1234567", "0.00000000000000000000000000001"):
        (found,) = check_terms(both(within=Decimal(within)))
        assert (found.field, found.code) == ("open_closed.within", "terms.too_many_digits")
    best = Decimal("1000000000000000000000000000.01")
    rule = OpenClosedTerms(within=Decimal("0.000001"), least=1)
    limit = Decimal("1000000010000000000000000000.0100000001")
    seats = {
        name: SeatOnLot(best=Offer(amount, place, START, prebid=False))
        for place, (name, amount) in enumerate([("a", best), ("b", limit)], start=1)
    }
    with localcontext(prec=60):
        seats["c"] = SeatOnLot(best=Offer(limit + Decimal("1E-10"), 3, START, prebid=False))
    assert finalists(LotState(1, seats=seats), rule) == ("a", "b")


def test_an_open_bid_goes_before_an_equal_final_offer() -> None:
    room = bidding()
    room.reveal()
    room.offer("b", "500")
    room.open()
    assert room.state.lots[1].winner == "a"


def test_without_final_offers_the_bids_decide_at_once() -> None:
    room = bidding()
    room.reveal()
    room.until(OVER)
    lot = room.state.lots[1]
    assert (lot.winner, lot.price, lot.closed_at) == ("a", Decimal(500), OVER)
    room.replayed()


def test_a_final_offer_may_be_replaced_until_the_end_of_the_stage() -> None:
    room = bidding()
    room.reveal()
    room.offer("b", "300")
    room.offer("b", "490", OVER)
    with pytest.raises(refusals.LotClosedAlready):
        room.offer("b", "100", OVER + US)
    room.open()
    assert room.state.lots[1].price == Decimal(490)


def test_only_finalists_offer_only_in_the_stage_and_nobody_bids() -> None:
    room = bidding()
    with pytest.raises(refusals.FinalStageNotOpen):
        room.offer("a", "400", END + US)
    room.reveal()
    with pytest.raises(refusals.FinalStageNotOpen):
        room.offer("a", "400", REVEALED)
    with pytest.raises(refusals.NotAFinalist):
        room.offer("d", "400")
    with pytest.raises(refusals.LotClosedAlready):
        room.bid("a", 300, REVEALED + seconds(2))
    assert next_valid_bid(room.state, "a", 1) == 500


def test_terms_without_the_stage_take_no_final_offer_and_no_key() -> None:
    room = Room(both(final=ZERO))
    public = sealing.public_key_of(KEYS[KeyHolder.OFFICE]).hex()
    with pytest.raises(refusals.NotInFormat):
        room.do(cmd.SetSealingKey(KeyHolder.OFFICE, public), BEFORE)
    with pytest.raises(refusals.NotInFormat):
        room.do(cmd.PlaceSealedOffer("a", 1, "00", "x"), BEFORE)


def test_a_key_missing_at_the_start_annuls() -> None:
    room = Room(both())
    for holder, seed in SEEDS.items():
        room.do(cmd.CommitSeed(holder, random_end.commitment(seed)), BEFORE)
    room.until(START)
    assert room.state.phase is Phase.ANNULLED


def test_nobody_learns_whether_somebody_offered_or_how_many_may() -> None:
    """Two auctions that differ in final offers are the same to everybody else until the opening."""
    rooms = [bidding(), bidding()]
    for room in rooms:
        room.reveal()
        room.offer("c", "600")
    rooms[0].offer("b", "450")
    for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.BUYER), Viewer(Role.OBSERVER)):
        one, two = (standing(room.state, viewer) for room in rooms)
        assert one == two
    for room in rooms:
        room.until(OVER)
        assert room.state.lots[1].phase is LotPhase.SEALED
    one, two = (standing(room.state, Viewer(Role.SUPPLIER, "a")) for room in rooms)
    assert one == two
    named = ev.FinalistNamed(1, "b", REVEALED)
    told = {
        seat: event_view(rooms[0].state, rooms[0].state, named, Viewer(Role.SUPPLIER, seat))
        for seat in "ab"
    }
    assert told["a"] is None
    assert told["b"] is not None


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("bcd"), st.integers(5, 600)), max_size=8))
def test_void_bids_of_others_leave_no_trace(late: list[tuple[str, int]]) -> None:
    """From the seeds on, whoever bid in time sees the same whatever others bid too late."""
    told = []
    for bids in ([], late):
        room = FinalRoom()
        for seat, amount in (("a", 500), ("b", 540), ("c", 800), ("d", 900)):
            room.bid(seat, amount, START + minutes(1))
        for number, (seat, drop) in enumerate(bids):
            best = room.state.lots[1].seats[seat].best
            assert best is not None
            if best.amount > drop:
                room.bid(seat, int(best.amount) - drop, WINDOW + CUT + (number + 1) * US)
        room.until(END)
        command = cmd.RevealSeeds(PLATFORM.hex(), AUDITOR.hex())
        told.append(_heard(room.state, machine.decide(room.state, command, REVEALED)))
    assert told[0] == told[1]


def _heard(state: AuctionState, events: tuple[ev.Event, ...]) -> list[Any]:
    """What ``a`` is told and sees at each entry that concerns it."""
    viewer = Viewer(Role.SUPPLIER, "a")
    heard: list[Any] = []
    for event in events:
        before, state = state, machine.evolve(state, event, state.seq + 1)
        drawn = state.lots[1].random_end
        if drawn is not None and drawn.drawn is not None:
            heard.append(standing(state, viewer))
        heard.append(event_view(before, state, event, viewer))
    return [one for place, one in enumerate(heard) if one and one not in heard[:place]]


def test_the_state_survives_its_snapshot() -> None:
    for room in (bidding(), played()):
        assert state_from_text(state_to_text(room.state)) == room.state


def _changed(event: ev.Event) -> ev.Event | None:
    if isinstance(event, ev.FinalistNamed):
        return replace(event, seat="d")
    if isinstance(event, ev.FinalStageStarted):
        return replace(event, until=event.until + seconds(1))
    if isinstance(event, ev.OfferOpened):
        return replace(event, amount=event.amount - 1)
    if isinstance(event, ev.BidsVoided):
        return replace(event, bids=2)
    return None


def test_every_changed_entry_is_found() -> None:
    events = played().events
    changed = 0
    for place, event in enumerate(events):
        other = _changed(event)
        if other is None:
            continue
        changed += 1
        with pytest.raises(ReplayFailed):
            replay_all(steps([*events[:place], other, *events[place + 1 :]]), {})
    assert changed == 7


def test_a_finalist_left_out_or_a_place_swapped_is_found() -> None:
    events = played().events
    kinds = {"finalist_named", "final_stage_started", "offers_opened"}
    for place, event in enumerate(events):
        if event.kind not in kinds:
            continue
        with pytest.raises(ReplayFailed):
            replay_all(steps([*events[:place], *events[place + 1 :]]), {})
