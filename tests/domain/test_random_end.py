"""The random end: what counts, what is void, who learns what when, and what a replay finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import machine, refusals
from auctions.domain.commands import KeyHolder
from auctions.domain.state import Phase
from auctions.domain.terms import Format, OpenClosedTerms, SoftClose, Terms, Withdrawal
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel import random_end
from tests.domain.room import BEFORE, START, US, Room, minutes, seconds, terms

PLATFORM, AUDITOR = (bytes([number]) * 32 for number in (1, 2))
WINDOW = START + minutes(30)  # its begin
END = WINDOW + minutes(10)
CUT = random_end.cut_off(PLATFORM, AUDITOR, 1, minutes(10))
ZERO = timedelta(0)


def of(**fields: Any) -> Terms:
    given = {
        "format": Format.OPEN_CLOSED,
        "open_closed": OpenClosedTerms(final=ZERO),
        "soft_close": SoftClose(window=ZERO, reset=ZERO),
        "withdrawal": Withdrawal(allowed=False),
    }
    return terms(**{**given, **fields})


class SeedRoom(Room):
    def __init__(
        self, given: Terms | None = None, *, auditor: bytes = AUDITOR, start: bool = True
    ) -> None:
        super().__init__(given or of())
        self.commit(KeyHolder.OFFICE, PLATFORM)
        self.commit(KeyHolder.AUDITOR, auditor)
        if start:
            self.until(START)

    def commit(self, holder: KeyHolder, seed: bytes) -> None:
        self.do(cmd.CommitSeed(holder, random_end.commitment(seed)), BEFORE)

    def reveal(self, at: Any = None, auditor: bytes = AUDITOR) -> tuple[ev.Event, ...]:
        command = cmd.RevealSeeds(PLATFORM.hex(), auditor.hex(), self.reserves)
        return self.do(command, at or END + seconds(30))


def played() -> SeedRoom:
    """a bids last within the cut-off, b past it."""
    room = SeedRoom()
    room.bid("a", 900, START + minutes(1))
    room.bid("b", 890, START + minutes(2))
    room.bid("a", 880, WINDOW + CUT)
    room.bid("b", 700, WINDOW + CUT + US)
    room.bid("b", 600, END)
    room.reveal()
    return room


def steps(events: list[ev.Event]) -> list[Step]:
    return [Step(number, BEFORE, event) for number, event in enumerate(events, start=1)]


def test_terms_are_sound_and_refuse_what_moves_the_end() -> None:
    assert check_terms(of()) == []
    found = check_terms(of(soft_close=SoftClose(), withdrawal=Withdrawal()))
    assert {each.field for each in found} >= {
        "soft_close.window",
        "withdrawal.allowed",
    }


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), st.integers(1, 9))
def test_a_cut_off_is_a_whole_millisecond_of_the_window(one: bytes, two: bytes, lot: int) -> None:
    window = seconds(7)
    found = random_end.cut_off(one, two, lot, window)
    assert timedelta(milliseconds=1) <= found <= window
    assert found % timedelta(milliseconds=1) == ZERO
    assert found == random_end.cut_off(two, one, lot, window)


def test_cut_offs_are_spread_evenly() -> None:
    tenths = [0] * 10
    for number in range(5000):
        found = random_end.cut_off(number.to_bytes(32), AUDITOR, 1, seconds(10))
        tenths[min(9, (found - US) // seconds(1))] += 1
    assert all(400 < count < 600 for count in tenths)


def test_a_bid_at_the_cut_off_counts_and_one_after_it_is_void() -> None:
    room = played()
    lot = room.state.lots[1]
    assert room.state.phase is Phase.CLOSED
    assert (lot.winner, lot.price) == ("a", Decimal(880))
    best = lot.seats["b"].best
    assert best is not None
    assert best.amount == 890
    voided = [event for event in room.events if isinstance(event, ev.BidsVoided)]
    assert [(event.seat, event.bids) for event in voided] == [("b", 2)]


def test_void_bids_are_told_to_whom_they_belong() -> None:
    room = played()
    (event,) = (event for event in room.events if isinstance(event, ev.BidsVoided))
    told = {
        seat: event_view(room.state, room.state, event, Viewer(Role.SUPPLIER, seat))
        for seat in "ab"
    }
    assert told["a"] is None
    assert told["b"] is not None
    assert told["b"]["bids"] == 2


@given(
    st.binary(min_size=32, max_size=32).filter(lambda seed: seed != PLATFORM),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 2399)), max_size=12),
)
def test_nothing_seen_while_the_window_runs_depends_on_the_cut_off(
    auditor: bytes, bids: list[tuple[str, int]]
) -> None:
    """Two auctions that differ in a seed alone are the same to everybody until it is opened."""
    rooms = [SeedRoom(auditor=AUDITOR), SeedRoom(auditor=auditor)]
    for room in rooms:
        best = dict.fromkeys("abc", 1000)
        for seat, second in sorted(bids, key=lambda bid: bid[1]):
            best[seat] -= 10
            room.bid(seat, best[seat], START + seconds(second))
        room.until(END)
    viewers = [Viewer(Role.SUPPLIER, "a"), Viewer(Role.BUYER), Viewer(Role.OBSERVER)]
    one, two = rooms
    assert [standing(one.state, each) for each in viewers] == [
        standing(two.state, each) for each in viewers
    ]
    differ = [mine for mine, theirs in zip(one.events, two.events, strict=True) if mine != theirs]
    assert all(isinstance(event, ev.SeedCommitted) for event in differ)


def test_no_bid_after_the_window_and_no_seed_before_its_end() -> None:
    room = SeedRoom()
    room.bid("a", 900, START + minutes(1))
    with pytest.raises(refusals.SeedsNotDue):
        room.reveal(END)
    with pytest.raises(refusals.LotClosedAlready):
        room.bid("b", 800, END + US)
    with pytest.raises(refusals.SeedDiffers):
        room.reveal(auditor=bytes(32))


def test_a_withheld_seed_annuls() -> None:
    room = SeedRoom()
    room.bid("a", 900, START + minutes(1))
    room.until(END + minutes(60))
    assert room.state.phase is Phase.ANNULLED
    replay_all(steps(room.events), {})


def test_a_seed_not_fixed_before_the_start_annuls() -> None:
    room = Room(of())
    room.do(cmd.CommitSeed(KeyHolder.OFFICE, random_end.commitment(PLATFORM)), BEFORE)
    room.until(START)
    assert room.state.phase is Phase.ANNULLED
    replay_all(steps(room.events), {})


def test_a_seed_is_fixed_once_in_time_and_never_the_other_one() -> None:
    room = Room(of())
    first = cmd.CommitSeed(KeyHolder.OFFICE, random_end.commitment(PLATFORM))
    room.do(first, BEFORE)
    with pytest.raises(refusals.SeedExists):
        room.do(first, BEFORE)
    with pytest.raises(refusals.SeedMalformed):
        room.do(replace(first, holder=KeyHolder.AUDITOR), BEFORE)


def test_a_pause_before_the_start_gives_the_time_for_a_seed() -> None:
    room = Room(of())
    room.do(cmd.CommitSeed(KeyHolder.OFFICE, random_end.commitment(PLATFORM)), BEFORE)
    room.pause(START - minutes(1))
    late = cmd.CommitSeed(KeyHolder.AUDITOR, random_end.commitment(AUDITOR))
    room.do(late, START + minutes(5))
    room.resume(START + minutes(6))
    room.bid("a", 900, START + minutes(10))
    assert room.state.phase is Phase.RUNNING
    replay_all([Step(place, START, event) for place, event in enumerate(room.events, 1)], {})


def test_no_seed_is_fixed_past_the_start_of_a_lot() -> None:
    room = Room(of())
    late = cmd.CommitSeed(KeyHolder.AUDITOR, random_end.commitment(AUDITOR))
    with pytest.raises(refusals.SeedTooLate):
        machine.decide(room.state, late, START + US)
    room = SeedRoom()
    with pytest.raises(refusals.SeedTooLate):
        room.do(late, START + US)


def test_a_second_hash_never_takes_the_place_of_the_first() -> None:
    room = SeedRoom()
    for holder in KeyHolder:
        with pytest.raises(ValueError, match="fixed already"):
            machine.evolve(room.state, ev.SeedCommitted(holder, "ab" * 32, START), 99)


def test_nothing_is_paused_while_the_seeds_are_awaited() -> None:
    room = SeedRoom()
    room.bid("a", 900, START + minutes(1))
    for by in cmd.Officer:
        with pytest.raises(refusals.SeedsStillAwaited):
            room.do(cmd.Pause("more time", by, "p"), END + US)
    room.reveal()
    assert room.state.lots[1].winner == "a"


def test_a_void_bid_takes_back_nothing_but_the_offer() -> None:
    """Whatever else the seat did after its void bid stays as it is."""
    room = SeedRoom()
    room.bid("a", 900, START + minutes(1))
    room.bid("a", 800, WINDOW + CUT + US)
    room.until(END)
    lot = room.state.lots[1]
    later = replace(lot.seats["a"], unlocked_to=Decimal(5), unlock_pending=Decimal(6))
    state = replace(room.state, lots={1: replace(lot, seats={**lot.seats, "a": later})})
    drawn = machine.evolve(state, ev.EndDrawn(1, CUT, END + US), state.seq + 1)
    after = drawn.lots[1].seats["a"]
    assert after.best is not None
    assert after.best.amount == 900
    assert (after.unlocked_to, after.unlock_pending, after.bids) == (5, 6, 2)


def test_a_pause_within_the_window_keeps_the_running_time() -> None:
    room = SeedRoom()
    room.bid("a", 900, START + minutes(1))
    room.do(cmd.Pause("fire", cmd.Officer.BUYER, "p"), WINDOW + seconds(1))
    resumed = WINDOW + minutes(20)
    room.do(cmd.Resume(cmd.Officer.BUYER, "r"), resumed - seconds(60))
    shift = resumed - (WINDOW + seconds(1))
    room.bid("a", 800, WINDOW + CUT + shift)
    room.bid("b", 700, WINDOW + CUT + shift + US)
    room.reveal(END + shift + seconds(1))
    assert room.state.lots[1].winner == "a"
    replay_all(steps(room.events), {})


def test_the_state_survives_its_snapshot_and_a_replay() -> None:
    room = played()
    assert state_from_text(state_to_text(room.state)) == room.state
    assert replay_all(steps(room.events), {}) == room.state


def _changed(event: ev.Event) -> ev.Event | None:
    if isinstance(event, ev.SeedCommitted):
        return replace(event, commitment=random_end.commitment(b"x" * 32))
    if isinstance(event, ev.SeedsRevealed):
        return replace(event, auditor_seed=(b"x" * 32).hex())
    if isinstance(event, ev.EndDrawn):
        return replace(event, offset=event.offset + timedelta(milliseconds=1))
    if isinstance(event, ev.BidsVoided):
        return replace(event, bids=1)
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
        if not isinstance(event, ev.BidsVoided):
            with pytest.raises(ReplayFailed):
                replay_own(steps([*events[:place], other, *events[place + 1 :]]), "a")
    assert changed == 5


def test_two_swapped_entries_are_found() -> None:
    events = played().events
    kinds = {"seeds_awaited", "seeds_revealed", "end_drawn", "bids_voided"}
    places = [
        place
        for place in range(1, len(events) - 1)
        if kinds & {events[place].kind, events[place + 1].kind}
    ]
    assert len(places) >= 4
    for place in places:
        swapped = [*events]
        swapped[place : place + 2] = reversed(swapped[place : place + 2])
        with pytest.raises(ReplayFailed):
            replay_all(steps(swapped), {})
