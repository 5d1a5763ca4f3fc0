"""That a participant's own export leaves none of its envelopes closed, takes none at a wrong moment
and gives no bid other unit prices: each forgery leaves every leaf, link and signature sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.terms import Disclosure, Format
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from tests.domain.forged import steps_of
from tests.domain.lines_room import LinesRoom, RoundsOfLinesRoom
from tests.domain.packages_room import PackedRoom, packed, second_price
from tests.domain.packed_rounds_room import PackedRounds
from tests.domain.room import START, US, Room, lot, minutes, seconds, terms
from tests.domain.rounds_room import LENGTH, RoundsRoom
from tests.domain.test_final_stage import END as WINDOW_OVER
from tests.domain.test_final_stage import FinalRoom, both
from tests.domain.test_final_stage import played as final_played
from tests.domain.test_lines import lines_lot
from tests.domain.test_sealed import END, LATER, SealedRoom, of
from tests.ledger.test_own_export_keys import exported, on

OPENED = (
    ev.OfferOpened | ev.OfferRejected | ev.PackageOpened | ev.DiscountOpened | ev.PackageRejected
)
PLACED = ev.SealedPackagePlaced
BACK = ev.SealedPackageWithdrawn


def sealed_room(name: Format) -> Room:
    room = PackedRoom(packed(format=name))
    room.offer("a", "80")
    room.offer("b", "70")
    room.offer("a", "60", lot=2)
    room.offer("b", "no number", lot=3)
    room.package("a", {1: "40", 2: "40"})
    room.package("b", {1: "39", 2: "40"}, 2)
    room.text("a", "no package", 2)
    room.discount("a", percent="10", count=2)
    room.discount("b", percent="10")
    room.results()
    return room


def rounds_room() -> Room:
    """Two rounds; in the second a's package is no better, and it replaces an offer."""
    room = RoundsRoom()
    room.play(a=900, b=890)
    room.play(b=850, c=800, a=895)
    room.offer("a", 880, room.begins + US)
    room.offer("a", 700, room.begins + 2 * US)
    room.opening()
    return room


def packed_rounds_room() -> Room:
    room = PackedRounds()
    room.bid("b", 900)
    room.package("a", {1: "40", 2: "40"})
    room.discount("a", percent="5", count=1)
    room.over()
    room.package("a", {1: "40", 2: "40"})
    room.package("b", {1: "30", 2: "30"})
    room.take_package_back("b")
    room.over()
    room.bid("a", 800, 2)
    room.over()
    assert not room.state.phase.is_open
    return room


def lines_room() -> Room:
    room = LinesRoom()
    room.priced("a", "0.5 1 2")
    room.priced("b", "0.4 1 2")
    room.opened()
    return room


ROOMS: dict[str, Callable[[], Room]] = {
    "sealed": lambda: sealed_room(Format.SEALED),
    "vickrey": lambda: sealed_room(Format.VICKREY),
    "rounds": rounds_room,
    "packed rounds": packed_rounds_room,
    "positions": lines_room,
    "final stage": final_played,
}


def closed(these: list[ev.Event]) -> Callable[[Any], Any]:
    """Put a closed entry in the place of each of these."""
    return lambda event: None if any(event is each for each in these) else event


@pytest.mark.parametrize("name", ROOMS)
def test_whichever_own_envelope_is_left_closed_is_named(name: str) -> None:
    room = ROOMS[name]()
    openings = [event for event in room.events if isinstance(event, OPENED)]
    assert len(openings) > 1
    for seat in room.state.seats:
        replay_own(exported(room, seat), seat)
    for event in openings:
        with pytest.raises(ReplayFailed, match="not opened with the others") as found:
            replay_own(exported(room, event.seat, closed([event])), event.seat)
        assert found.value.seq == event.offer
        for other in room.state.seats.keys() - {
            event.seat
        }:  # that of another is no matter of theirs
            replay_own(exported(room, other, closed([event])), other)


@pytest.mark.parametrize("name", ROOMS)
def test_where_the_keys_are_left_closed_too_the_envelope_was_never_opened(name: str) -> None:
    room = ROOMS[name]()
    gone = [e for e in room.events if isinstance(e, OPENED | ev.OffersOpened | ev.BidLines)]
    whose = next(e.seat for e in gone if isinstance(e, OPENED))
    with pytest.raises(ReplayFailed, match="was never opened"):
        replay_own(exported(room, whose, closed(gone)), whose)


def test_an_envelope_opened_once_all_is_over_is_not_opened_with_the_others() -> None:
    room = sealed_room(Format.SEALED)
    mine = next(e for e in room.events if isinstance(e, ev.OfferOpened) and e.seat == "a")
    room.events.remove(mine)
    room.events.append(mine)
    with pytest.raises(ReplayFailed, match="not opened with the others"):
        replay_own(exported(room, "a"), "a")


@pytest.mark.parametrize("annulled", [False, True])
def test_what_ends_before_its_opening_opens_nothing(annulled: bool) -> None:
    for room, over in ((PackedRoom(), END), (PackedRounds(), START + LENGTH)):
        room.package("a", {1: "40", 2: "40"})
        room.offer("a", "80")
        room.until(over)
        end = (cmd.Annul if annulled else cmd.Cancel)("a key is lost", cmd.Officer.BUYER, "r")
        room.do(end, over + minutes(1))
        replay_own(exported(room, "a"), "a")


def test_what_is_replaced_or_withdrawn_is_not_opened_and_an_empty_round_opens_nothing() -> None:
    room = PackedRounds()
    room.package("a", {1: "40", 2: "40"})
    room.take_package_back("a")
    room.over()
    assert not room.of_kind(ev.OffersOpened)
    room.bid("a", 80)
    room.bid("a", 70)
    room.over()
    room.over()
    replay_own(exported(room, "a"), "a")


# The moments of packages -------------------------------------------------------------------------


def withdrawn_room(given: Any) -> PackedRoom:
    room = PackedRoom(given)
    for number, at in ((1, START + US), (0, START + 2 * US)):
        if number:
            room.package("a", {1: "40", 2: "40"}, number, at)
        else:
            room.discount("a", at, percent="10", count=2)
        room.take_back("a", number, at + seconds(1))
    room.offer("a", "80", START + seconds(5))
    room.results()
    return room


@pytest.mark.parametrize("given", [packed(), second_price()])
@pytest.mark.parametrize(
    ("kind", "at", "why"),
    [
        (PLACED, START - US, "auction.not_open"),
        (PLACED, END + US, "auction.too_late"),
        (BACK, START - US, "auction.no_package"),
        (BACK, END + US, "auction.too_late"),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_own_packages_are_sealed_and_withdrawn_while_offers_are_taken(
    given: Any, kind: type[Any], at: datetime, why: str, number: int
) -> None:
    room = withdrawn_room(given)
    replay_own(exported(room, "a"), "a")
    place = next(n for n, e in enumerate(room.events) if type(e) is kind and e.package == number)
    room.events[place] = replace(room.events[place], received_at=at)
    with pytest.raises(ReplayFailed, match=why) as found:
        replay_own(exported(room, "a"), "a")
    assert found.value.seq == place + 1


@pytest.mark.parametrize(
    ("kind", "late", "why"),
    [
        (PLACED, -US, "auction.not_open"),
        (PLACED, LENGTH + US, "auction.too_late"),
        (BACK, -US, "auction.no_package"),
        (BACK, LENGTH + US, "auction.too_late"),
    ],
)
def test_in_rounds_they_are_those_of_the_round_under_way(
    kind: type[Any], late: Any, why: str
) -> None:
    room = PackedRounds()
    room.package("a", {1: "40", 2: "40"})
    room.over()
    begins = room.begins
    room.package("a", {1: "30", 2: "30"})
    room.take_package_back("a")
    place = max(n for n, e in enumerate(room.events) if type(e) is kind)
    room.over()
    replay_own(exported(room, "a"), "a")
    room.events[place] = replace(room.events[place], received_at=begins + late)
    with pytest.raises(ReplayFailed, match=why) as found:
        replay_own(exported(room, "a"), "a")
    assert found.value.seq == place + 1


def test_other_numbers_entries_and_envelopes_of_packages_are_found() -> None:
    changes = [
        (on(PLACED, envelope="00"), "envelope_malformed"),
        (on(PLACED, package=99), "package_number"),
        (on(BACK, package=2), "no_package"),
        (on(BACK, offer=1), "another entry"),
    ]
    for change, why in changes:
        with pytest.raises(ReplayFailed, match=why):
            replay_own(exported(withdrawn_room(packed()), "a", change), "a")


# Unit prices -------------------------------------------------------------------------------------


def english_room(disclosure: Disclosure = Disclosure.BUYER) -> Room:
    room = Room(terms(lots=(lines_lot(),), disclosure=disclosure), start=True)
    for place, (seat, total, prices) in enumerate(
        [("a", "20", "1 3 2"), ("b", "15", "1 1 4"), ("a", "9", "0.5 1 2")], start=1
    ):
        given = tuple(map(Decimal, prices.split()))
        amount = Decimal(total)
        room.do(
            cmd.PlaceBid(seat, 1, amount, room.ref(), amount, lines=given),
            START + seconds(place),
        )
    room.until(START + minutes(300))
    return room


def rounds_of_lines_room() -> Room:
    room = RoundsOfLinesRoom()
    room.offer("b", "0.4 1 2")
    room.offer("a", "0.5 1 2", room.begins + 2 * US)
    room.opening()
    return room


LINES = {"sealed": lines_room, "rounds": rounds_of_lines_room, "english": english_room}


def priced_again(room: Room, behind: int) -> int:
    """A second entry of prices for a's last bid of the same total, so many places behind the
    first; where it stands."""
    place = max(
        n for n, e in enumerate(room.events) if isinstance(e, ev.BidLines) and e.seat == "a"
    )
    lines = room.events[place]
    assert isinstance(lines, ev.BidLines)
    assert lines.prices == (Decimal("0.50"), Decimal("1.000"), Decimal("2.00"))
    other = replace(lines, prices=(Decimal("0.20"), Decimal("2.000"), Decimal("2.00")))
    room.events.insert(place + behind, other)
    return place + behind


@pytest.mark.parametrize("name", LINES)
def test_no_second_entry_gives_a_bid_other_unit_prices(name: str) -> None:
    replay_own(exported(LINES[name](), "a"), "a")
    for behind in (1, 2):
        room = LINES[name]()
        place = priced_again(room, behind)
        with pytest.raises(ReplayFailed) as own:
            replay_own(exported(room, "a"), "a")
        assert own.value.seq == place + 1
        with pytest.raises(ReplayFailed) as found:
            replay_all(steps_of(room), {})
        assert found.value.seq == place + 1


def test_nor_where_all_bids_are_published_but_others_unit_prices_are_not() -> None:
    def steps(room: Room) -> list[Step]:
        def seen(event: ev.Event) -> ev.Event | None:
            return None if isinstance(event, ev.BidLines) and event.seat != "a" else event

        return [Step(seq, LATER, seen(event)) for seq, event in enumerate(room.events, start=1)]

    replay_all(steps(english_room(Disclosure.PUBLIC)), {}, "a")
    room = english_room(Disclosure.PUBLIC)
    place = priced_again(room, 1)
    with pytest.raises(ReplayFailed) as found:
        replay_all(steps(room), {}, "a")
    assert found.value.seq == place + 1


# The key -----------------------------------------------------------------------------------------


def moved(room: Room, place: int, at: datetime) -> list[Step]:
    """b's export where the (last) key was handed over at that place and moment."""
    handed = [e for e in room.events if isinstance(e, ev.KeyHandedOver)][-1]
    room.events.remove(handed)
    room.events.insert(place, replace(handed, at=at))
    return exported(room, "b")


def place_of(room: Room, kind: type[Any]) -> int:
    """Of the last entry of that kind."""
    return max(n for n, event in enumerate(room.events) if type(event) is kind)


def test_a_key_handed_over_before_the_start_is_found() -> None:
    room = SealedRoom(of())
    room.offer("a", "80")
    room.opened()
    before = place_of(room, ev.LotStarted)
    with pytest.raises(ReplayFailed, match="while offers are taken") as found:
        replay_own(moved(room, before, START - US), "b")
    assert found.value.seq == before + 1


def test_a_key_handed_over_in_a_pause_is_found() -> None:
    room = SealedRoom()
    room.offer("a", "80")
    room.pause(START + minutes(2))
    room.resume(START + minutes(5))
    room.until(START + minutes(120))
    room.hand_over(START + minutes(121))
    room.open(START + minutes(122))
    replay_own(exported(room, "b"), "b")
    paused = place_of(room, ev.LotPaused)
    # Later than the deadline it would have had without the pause.
    with pytest.raises(ReplayFailed, match="while offers are taken"):
        replay_own(moved(room, paused + 1, END + minutes(1)), "b")


def test_a_key_handed_over_between_rounds_is_found() -> None:
    """The first round was empty, so that its key is still where it was."""
    room = PackedRounds()
    room.until(room.begins + LENGTH)
    waits = place_of(room, ev.SealedRoundScheduled)
    handed = ev.KeyHandedOver(cmd.KeyHolder.AUDITOR, cmd.KeyMeans.PERSON, START + LENGTH)
    room.events.insert(waits + 1, handed)
    with pytest.raises(ReplayFailed, match="while offers are taken"):
        replay_own(exported(room, "b"), "b")


def test_a_key_handed_over_for_nothing_is_found() -> None:
    room = SealedRoom()
    room.until(END)
    handed = ev.KeyHandedOver(cmd.KeyHolder.AUDITOR, cmd.KeyMeans.PERSON, END)
    room.events.append(handed)
    with pytest.raises(ReplayFailed, match="nothing is sealed"):
        replay_own(exported(room, "b"), "b")


def test_a_lot_that_another_won_before_the_opening_holds_no_key_back() -> None:
    """To a it runs on: that b won it without a final offer is kept from it."""
    room = FinalRoom(replace(both(), lots=(lot(1), lot(2))))
    for number in (1, 2):
        for seat, amount in (("a", 500), ("b", 450)):
            room.bid(seat, amount, START + minutes(1), number)
    room.until(WINDOW_OVER)
    room.reveal()
    room.offer("a", "440.00")
    room.open()
    steps = exported(room, "a")
    assert not any(isinstance(s.event, ev.LotClosed) and s.event.lot == 2 for s in steps)
    replay_own(steps, "a")
