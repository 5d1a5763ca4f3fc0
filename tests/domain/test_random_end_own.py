"""What one participant finds with its own export: no seed is fixed later, moved or left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.commands import KeyHolder, Officer
from auctions.domain.formats.open_closed import NOT_COMMITTED
from auctions.domain.terms import Disclosure
from auctions.ledger.disclosure import Scope, Viewer, opens
from auctions.ledger.replay import ReplayFailed, Step, replay_own
from kernel import random_end
from tests.domain import test_final_stage, test_random_end
from tests.domain.room import BEFORE, START, US, Room, lot, minutes, seconds
from tests.domain.test_random_end import AUDITOR, CUT, END, PLATFORM, WINDOW, SeedRoom, of

Change = Callable[[list[ev.Event]], list[ev.Event]]


def exported(room: Room, seat: str, events: list[ev.Event] | None = None) -> list[Step]:
    """The entries as that seat's export holds them, where the buyer alone is told of all."""
    viewer = Viewer(Scope.PARTICIPANT, seat)
    terms = replace(room.state.rules, disclosure=Disclosure.BUYER)
    return [
        Step(number, BEFORE, event if opens(viewer, terms, event.kind, to_body(event)) else None)
        for number, event in enumerate(events or room.events, start=1)
    ]


def place_of(events: list[ev.Event], kind: type[ev.Event]) -> int:
    return next(place for place, event in enumerate(events) if isinstance(event, kind))


def without(kind: type[ev.Event], *more: type[ev.Event]) -> Change:
    return lambda events: [event for event in events if not isinstance(event, (kind, *more))]


def moved(kind: type[ev.Event], behind: type[ev.Event]) -> Change:
    """The last entry of a kind stands right behind the first of another."""

    def change(events: list[ev.Event]) -> list[ev.Event]:
        event = next(event for event in reversed(events) if isinstance(event, kind))
        left = [each for each in events if each is not event]
        place = place_of(left, behind) + 1
        return [*left[:place], event, *left[place:]]

    return change


def doubled(kind: type[ev.Event]) -> Change:
    def change(events: list[ev.Event]) -> list[ev.Event]:
        place = place_of(events, kind)
        return [*events[: place + 1], *events[place:]]

    return change


def ground(events: list[ev.Event]) -> list[ev.Event]:
    """Another seed than the one that was fixed, chosen after the bids were known: with it a's last
    bid is void as well, which b is not told."""
    seeds = (bytes([number]) * 32 for number in range(3, 256))
    seed = next(each for each in seeds if random_end.cut_off(PLATFORM, each, 1, minutes(10)) < CUT)
    place = place_of(events, ev.SeedsAwaited)
    late = ev.SeedCommitted(KeyHolder.AUDITOR, random_end.commitment(seed), END + seconds(1))
    cut = random_end.cut_off(PLATFORM, seed, 1, minutes(10))

    def other(event: ev.Event) -> ev.Event:
        if isinstance(event, ev.SeedsRevealed):
            return replace(event, auditor_seed=seed.hex())
        return replace(event, offset=cut) if isinstance(event, ev.EndDrawn) else event

    told = [other(event) for event in events]
    return [*told[: place + 1], late, *told[place + 1 :]]


def unfixed(events: list[ev.Event]) -> list[ev.Event]:
    """The auditor's seed is first fixed once the lot runs."""
    return moved(ev.SeedCommitted, ev.LotStarted)(events)


def late_reveal(events: list[ev.Event]) -> list[ev.Event]:
    at = END + minutes(60) + US
    return [
        replace(event, at=at) if isinstance(event, ev.SeedsRevealed | ev.EndDrawn) else event
        for event in events
    ]


def short_seed(events: list[ev.Event]) -> list[ev.Event]:
    """One of two bytes, fixed by its hash as if it were one."""
    hashed = random_end.commitment(b"\x00\xff")

    def other(event: ev.Event) -> ev.Event:
        if isinstance(event, ev.SeedCommitted) and event.holder is KeyHolder.AUDITOR:
            return replace(event, commitment=hashed)
        return replace(event, auditor_seed="00ff") if isinstance(event, ev.SeedsRevealed) else event

    return [other(event) for event in events]


def no_hash(events: list[ev.Event]) -> list[ev.Event]:
    """An empty hash, and what is no hex as its seed."""

    def other(event: ev.Event) -> ev.Event:
        if isinstance(event, ev.SeedCommitted) and event.holder is KeyHolder.AUDITOR:
            return replace(event, commitment="")
        return replace(event, auditor_seed="zz") if isinstance(event, ev.SeedsRevealed) else event

    return [other(event) for event in events]


def longer(events: list[ev.Event]) -> list[ev.Event]:
    """More time for the seeds than the terms give."""
    return [
        replace(event, until=event.until + US) if isinstance(event, ev.SeedsAwaited) else event
        for event in events
    ]


def annulled(events: list[ev.Event]) -> list[ev.Event]:
    """A start denied although both seeds were fixed."""
    place = place_of(events, ev.LotStarted)
    return [
        *events[:place],
        ev.SeedMissing(1, START),
        ev.Annulled(START, NOT_COMMITTED, Officer.PLATFORM),
    ]


@pytest.mark.parametrize(
    "change",
    [
        ground,
        unfixed,
        late_reveal,
        short_seed,
        no_hash,
        longer,
        annulled,
        without(ev.SeedCommitted),
        without(ev.SeedsAwaited),
        without(ev.EndDrawn),
        without(ev.BidsVoided),
        without(ev.SeedsRevealed),
        without(ev.SeedsRevealed, ev.EndDrawn, ev.BidsVoided),
        without(ev.SeedsAwaited, ev.SeedsRevealed, ev.EndDrawn, ev.BidsVoided),
        moved(ev.SeedsRevealed, ev.LotStarted),
        moved(ev.EndDrawn, ev.SeedsAwaited),
        moved(ev.BidsVoided, ev.SeedsRevealed),
        moved(ev.SeedsAwaited, ev.LotStarted),
        doubled(ev.SeedCommitted),
        doubled(ev.SeedsAwaited),
        doubled(ev.SeedsRevealed),
        doubled(ev.EndDrawn),
        doubled(ev.BidsVoided),
        doubled(ev.LotStarted),
    ],
)
def test_a_participant_finds_every_change_of_the_random_end(change: Change) -> None:
    room = test_random_end.played()
    replay_own(exported(room, "b"), "b")
    with pytest.raises(ReplayFailed):
        replay_own(exported(room, "b", change(room.events)), "b")


def test_what_others_bid_too_late_may_stand_between_the_entries() -> None:
    room = SeedRoom(of(lots=(lot(), lot(2))))
    for number in (1, 2):
        cut = random_end.cut_off(PLATFORM, AUDITOR, number, minutes(10))
        for place, seat in enumerate("abc"):
            room.bid(seat, 900 - place, START + minutes(1), number)
        for place, seat in enumerate("abc"):
            room.bid(seat, 800 - place, WINDOW + cut + (place + 1) * US, number)
    room.reveal()
    for seat in "abc":
        replay_own(exported(room, seat), seat)
    events = [
        event for event in room.events if not isinstance(event, ev.EndDrawn) or event.lot == 1
    ]
    assert len(events) == len(room.events) - 1
    with pytest.raises(ReplayFailed):
        replay_own(exported(room, "a", events), "a")


@pytest.mark.parametrize("committed", [True, False])
def test_an_annulment_for_a_missing_seed_is_what_the_rules_lead_to(committed: bool) -> None:
    room: Room = SeedRoom() if committed else Room(of())
    if committed:
        room.bid("a", 900, START + minutes(1))
    room.until(END + minutes(60))
    replay_own(exported(room, "a"), "a")
    with pytest.raises(ReplayFailed):
        replay_own(exported(room, "a", without(ev.Annulled)(room.events)), "a")
    early: list[ev.Event] = [
        replace(event, at=event.at - US) if isinstance(event, ev.SeedMissing) else event
        for event in room.events
    ]
    with pytest.raises(ReplayFailed):
        replay_own(exported(room, "a", early), "a")


@pytest.mark.parametrize(
    "change",
    [
        without(ev.FinalStageStarted),
        doubled(ev.FinalStageStarted),
        doubled(ev.FinalistNamed),
        moved(ev.FinalistNamed, ev.FinalStageStarted),
        moved(ev.FinalStageStarted, ev.SeedsAwaited),
        moved(ev.FinalStageStarted, ev.SeedsRevealed),
        without(ev.SealingKeySet),
    ],
)
def test_those_concerned_find_every_change_of_the_final_stage(change: Change) -> None:
    room = test_final_stage.played()
    found = set()
    for seat in "abcd":
        replay_own(exported(room, seat), seat)
        try:
            replay_own(exported(room, seat, change(room.events)), seat)
        except ReplayFailed:
            found.add(seat)
    assert found


def test_a_participant_finds_a_stage_of_another_length() -> None:
    room = test_final_stage.played()
    events = [
        replace(event, until=event.until + US) if isinstance(event, ev.FinalStageStarted) else event
        for event in room.events
    ]
    with pytest.raises(ReplayFailed):
        replay_own(exported(room, "b", events), "b")


def test_a_pause_while_the_seeds_are_awaited_is_found() -> None:
    room = test_random_end.played()
    place = place_of(room.events, ev.SeedsAwaited) + 1
    pause = ev.LotPaused(1, ev.PauseCause.OFFICER, Officer.BUYER, END + US, "more time")
    events = [*room.events[:place], pause, *room.events[place:]]
    with pytest.raises(ReplayFailed):
        replay_own(exported(room, "b", events), "b")


def test_a_participant_follows_pauses_before_the_start_and_in_the_window() -> None:
    room = SeedRoom(start=False)
    room.pause(START - minutes(5))
    room.resume(START + minutes(5))
    shift = minutes(11)
    room.bid("a", 900, START + shift + minutes(1))
    room.pause(WINDOW + shift + seconds(1))
    room.resume(WINDOW + shift + minutes(2))
    shift += minutes(2) + seconds(59)
    room.bid("a", 800, WINDOW + shift + CUT + US)
    room.reveal(END + shift + seconds(30))
    for seat in "ab":
        replay_own(exported(room, seat), seat)
