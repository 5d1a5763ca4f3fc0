"""Who sees what."""

from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain.codec import to_body
from auctions.domain.commands import BUYER, EVERYONE, Officer, OpenedReserve
from auctions.domain.events import KINDS
from auctions.domain.machine import replay
from auctions.domain.state import EMPTY
from auctions.domain.terms import Count, Disclosure, Feedback, Guard, reserve_commitment
from auctions.domain.visibility import (
    Field,
    LotStanding,
    Role,
    Viewer,
    event_view,
    granted,
    hears_of_others,
    price_point,
    standing,
    table_markdown,
)
from auctions.domain.visibility.happenings import _VIEWS
from auctions.domain.visibility.table import TABLE
from tests.domain.room import START, US, Room, lot, minutes, seconds, terms

AT = START + seconds(10)
END = START + minutes(30)
SALT = "ab" * 16
BOTH = Feedback(rank=True, lead=True)


def supplier(seat: str) -> Viewer:
    return Viewer(Role.SUPPLIER, seat)


def seen(where: Room, viewer: Viewer, **more: Any) -> LotStanding:
    return standing(where.state, viewer, **more).lots[0]


def own(where: Room, seat: str) -> Any:
    return seen(where, supplier(seat)).own


def three(feedback: Feedback = BOTH, **fields: Any) -> Room:
    where = Room(terms(feedback=feedback, **fields), seats="abcd", start=True)
    where.bid("a", 900, AT)
    where.bid("b", 850, AT)
    where.bid("c", 950, AT)
    return where


def told(where: Room, viewer: Viewer, alias: Any = str) -> list[dict[str, Any]]:
    """Every event view of the whole history."""
    views = []
    state = EMPTY
    for event in where.events:
        after = replay([event], state)
        view = event_view(state, after, event, viewer, alias=alias)
        if view is not None:
            views.append(view)
        state = after
    return views


def test_a_supplier_sees_its_own_figures_and_what_the_feedback_grants() -> None:
    mine = own(three(), "a")
    assert (mine.best, mine.rank, mine.gap, mine.most) == (900, 2, 50, Decimal("895.50"))
    assert mine.leading is False
    assert mine.of is None
    assert own(three(), "b").leading


def test_nothing_is_told_before_the_own_first_bid() -> None:
    where = three()
    assert own(where, "d").rank is None
    assert seen(where, supplier("d")).lead is None
    assert seen(three(Feedback(lead=True, after_first_bid=False)), supplier("d")).lead == 850


def test_the_lead_is_told_only_with_enough_bidders() -> None:
    feedback = Feedback(lead=True, lead_min_bidders=2)
    where = Room(terms(feedback=feedback), start=True)
    where.bid("a", 900, AT)
    assert seen(where, supplier("a")).lead is None
    where.bid("b", 950, AT)
    assert seen(where, supplier("a")).lead == 900


def test_rank_alone_tells_no_price() -> None:
    where = three(Feedback())
    shown = seen(where, supplier("a"))
    assert shown.own is not None
    assert (shown.own.rank, shown.lead, shown.own.gap) == (2, None, None)


def test_ranks_are_hidden_in_the_last_minutes_until_the_close() -> None:
    where = three(Feedback(lead=True, hide_ranks_last=minutes(5)))
    assert own(where, "a").rank == 2
    where.until(END - minutes(5))
    shown = seen(where, supplier("a"))
    assert shown.own is not None
    assert (shown.own.rank, shown.lead, shown.ranks_hidden) == (None, None, True)
    where.until(END)
    assert own(where, "a").rank == 2


def test_the_count_is_told_where_the_terms_show_it() -> None:
    where = three(Feedback(count=Count.SHOWN))
    assert own(where, "a").of == 3
    assert seen(where, supplier("a")).participants is None


def test_met_or_not_met_is_told_of_the_own_offer() -> None:
    where = three(Feedback(reserve_met=True))
    shown = standing(where.state, supplier("a"), secrets={1: Decimal(870)}).lots[0]
    assert shown.own is not None
    assert shown.own.reserve_met is False
    assert shown.reserve_met is None
    assert seen(where, Viewer(Role.BUYER), secrets={1: Decimal(870)}).reserve_met


def test_before_the_start_there_is_no_feedback() -> None:
    where = Room(terms(prebid_opens_at=START - minutes(10), feedback=BOTH))
    for seat in "ab":
        where.bid(seat, 900, START - minutes(1))
    mine = own(where, "a")
    assert (mine.best, mine.rank, mine.most) == (900, None, Decimal("895.50"))
    assert seen(where, supplier("a")).phase == "prebid"
    assert seen(where, supplier("a")).lead is None


def test_the_buyer_sees_everybody_and_a_blind_one_aliases_until_the_close() -> None:
    where = three(blind=True)
    shown = seen(where, Viewer(Role.BUYER_BLIND), alias=lambda seat: f"bidder {seat.upper()}")
    assert shown.participants is not None
    assert [row.seat for row in shown.participants] == ["bidder B", "bidder A", "bidder C"]
    assert [row.rank for row in shown.participants] == [1, 2, 3]
    text = json.dumps(to_body(standing(where.state, Viewer(Role.BUYER_BLIND), alias=str.upper)))
    assert '"a"' not in text
    where.until(END)
    assert seen(where, Viewer(Role.BUYER_BLIND), alias=str.upper).winner == "b"


def test_an_open_buyer_also_sees_who_has_not_bid() -> None:
    shown = seen(three(), Viewer(Role.BUYER))
    assert shown.participants is not None
    assert [(row.seat, row.bids) for row in shown.participants][-1] == ("d", 0)
    assert shown.bids == 3


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.ADMIN, Role.NEUTRAL, Role.OBSERVER])
def test_no_prices_before_the_close_for_those_who_only_look(role: Role) -> None:
    where = three(Feedback())
    text = json.dumps(to_body(standing(where.state, Viewer(role))))
    text += json.dumps(told(where, Viewer(role)))
    for amount in ("900", "850", "950", "895"):
        assert amount not in text


def test_after_the_close_a_supplier_learns_as_much_as_the_terms_allow() -> None:
    for feedback, disclosure, price in (
        (Feedback(), Disclosure.BUYER, None),
        (BOTH, Disclosure.BUYER, "850.00"),
        (Feedback(), Disclosure.PUBLIC, "850.00"),
    ):
        where = three(feedback, disclosure=disclosure)
        where.until(END)
        (view,) = [one for one in told(where, supplier("a")) if one["kind"] == "lot_closed"]
        assert view["amount"] == price
        assert (view["won"], view["rank"], view["seat"]) == (False, 2, None)
        assert seen(where, supplier("a")).winner is None
        assert own(where, "b").won


def test_without_feedback_the_loser_learns_only_that_it_lost() -> None:
    where = three(Feedback(rank=False))
    where.until(END)
    (view,) = [one for one in told(where, supplier("a")) if one["kind"] == "lot_closed"]
    assert (view["won"], view["amount"], view["seat"]) == (False, None, None)
    assert "rank" not in view


def test_the_opened_reserve_is_the_buyers_unless_published() -> None:
    commitment = reserve_commitment(bytes.fromhex(SALT), "860.00")
    for disclosure, reserve in ((Disclosure.BUYER, None), (Disclosure.PUBLIC, "860.00")):
        where = three(lots=(lot(reserve_commitment=commitment),), disclosure=disclosure)
        where.reserves = (OpenedReserve(1, SALT, Decimal("860.00")),)
        where.until(END)
        (view,) = [one for one in told(where, supplier("a")) if one["kind"] == "lot_closed"]
        assert view.get("reserve") == reserve
        kinds = [one["kind"] for one in told(where, Viewer(Role.BUYER))]
        assert "reserve_opened" in kinds


def test_messages_reach_whom_they_are_for() -> None:
    where = Room(seats="ab", start=True)
    where.do(cmd.PostMessage(BUYER, EVERYONE, "to all", "1"), AT)
    where.do(cmd.PostMessage(BUYER, "a", "to a", "2"), AT)
    where.do(cmd.PostMessage("b", BUYER, "from b", "3"), AT)

    def read(viewer: Viewer) -> list[str]:
        return [one["text"] for one in told(where, viewer) if one["kind"] == "message_posted"]

    assert read(supplier("a")) == ["to all", "to a"]
    assert read(supplier("b")) == ["to all", "from b"]
    assert read(Viewer(Role.BUYER)) == ["to all", "to a", "from b"]
    assert read(Viewer(Role.OBSERVER)) == ["to all"]
    assert read(Viewer(Role.ADMIN)) == []
    blind = told(where, Viewer(Role.BUYER_BLIND), alias=str.upper)
    assert [one.get("sender") for one in blind][-1] == "B"


def test_a_withdrawal_is_told_to_everyone_without_names() -> None:
    where = three()
    where.withdraw("b", AT)
    where.decide_withdrawal(True, AT + seconds(5))
    others = told(where, supplier("a"))
    assert {"kind": "withdrawal_decided", "lot": 1, "approved": True} in others
    assert "withdrawal_requested" not in [one["kind"] for one in others]
    assert seen(where, supplier("a")).withdrawal is None
    mine = [one for one in told(where, supplier("b")) if one["kind"] == "withdrawal_decided"]
    assert (mine[0]["amount"], mine[0]["reason"]) == ("850.00", "a slip")


def test_an_unlock_is_between_the_supplier_and_the_neutral_person() -> None:
    where = three(guard=Guard(None, None, Decimal(40)))
    where.do(cmd.RequestUnlock("a", 1, Decimal(400), "u"), END)
    where.until(END)
    assert [one.seat for one in seen(where, Viewer(Role.NEUTRAL)).unlocks or ()] == ["a"]
    assert own(where, "a").unlock_pending == 400
    for viewer in (Viewer(Role.BUYER), supplier("b"), Viewer(Role.OBSERVER)):
        views = told(where, viewer)
        assert "400" not in json.dumps(views)
        (moved,) = [one for one in views if one["kind"] == "deadline_moved"]
        assert moved["cause"] is None


def test_the_chart_shows_own_bids_and_the_lead_where_it_is_told() -> None:
    where = three()

    def points(viewer: Viewer) -> list[tuple[str, Any]]:
        found = []
        for number, event in enumerate(where.events):
            point = price_point(replay(where.events[: number + 1]), event, viewer)
            if point is not None:
                found.append((point["amount"], point["seat"]))
        return found

    assert points(supplier("a")) == [("900.00", "a"), ("850.00", None)]
    assert points(supplier("d")) == []
    assert [seat for _, seat in points(Viewer(Role.BUYER))] == ["a", "b", "c"]


@pytest.mark.parametrize(("second", "third"), [(850, 870), (870, 850)])
def test_the_chart_does_not_tell_whether_the_last_to_come_leads(second: int, third: int) -> None:
    where = Room(terms(feedback=Feedback(lead=True, lead_min_bidders=3)), seats="abc", start=True)
    where.bid("a", 900, AT)
    where.bid("b", second, AT)
    where.bid("c", third, AT)

    point = price_point(where.state, where.events[-1], supplier("a"))

    assert point is not None
    assert (point["amount"], point["seat"], point["own"]) == ("850.00", None, False)


def test_the_award_is_told_to_each_as_its_own() -> None:
    where = three()
    where.until(END)
    where.do(cmd.RecordAward(1, "b", Decimal(850), "lowest", "w"), END)
    assert own(where, "b").awarded is True
    assert own(where, "a").awarded is False
    assert told(where, supplier("a"))[-1] == {
        "kind": "award_recorded",
        "lot": 1,
        "awarded": False,
    }


def test_phases_as_people_are_told_them() -> None:
    where = Room(start=True)
    assert seen(where, Viewer(Role.OBSERVER)).phase == "running"
    assert seen(where, Viewer(Role.OBSERVER), now=END).phase == "running"
    assert seen(where, Viewer(Role.OBSERVER), now=END + US).phase == "settling"
    where.bid("a", 900, END)
    assert seen(where, Viewer(Role.OBSERVER), now=END + US).phase == "running"
    where.pause(END + seconds(1))
    shown = seen(where, Viewer(Role.OBSERVER))
    assert (shown.phase, shown.pauses) == ("paused", ("officer",))
    assert shown.remaining == minutes(3) - seconds(1)
    assert standing(where.state, Viewer(Role.OBSERVER)).paused


def test_every_kind_of_event_has_its_view_and_no_view_tells_seq() -> None:
    assert set(_VIEWS) == set(KINDS.values())
    where = three()
    where.withdraw("b", AT)
    where.decide_withdrawal(False, AT, by=Officer.BUYER)
    for role in Role:
        for view in told(where, Viewer(role, "a" if role is Role.SUPPLIER else None)):
            assert "seq" not in view
            assert "bid" not in view


def test_what_is_not_in_the_table_is_denied() -> None:
    where = three()
    for field in Field:
        for role in Role:
            if role not in TABLE[field]:
                viewer = Viewer(role, "a" if role is Role.SUPPLIER else None)
                assert not granted(field, viewer, where.state, where.lot, "a")


def test_who_only_looks_sees_the_clock_and_nothing_else() -> None:
    public = {
        *("number", "phase", "started", "starts_at", "deadline", "hard_stop", "resumes_at"),
        *("remaining", "pauses", "extensions", "ranks_hidden", "outcome"),
    }
    where = three(Feedback())
    for role in (Role.OBSERVER, Role.VERIFIER, Role.ADMIN):
        shown = seen(where, Viewer(role))
        for field in fields(LotStanding):
            if field.name not in public:
                assert getattr(shown, field.name) is None, (role, field.name)


def test_the_printed_table_has_every_field() -> None:
    text = table_markdown()
    assert all(f"| {field.value} |" in text for field in Field)
    assert text.count("\n") == len(Field) + 6


@pytest.mark.parametrize("lead", [True, False])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("disclosure", list(Disclosure))
def test_whoever_hears_of_no_other_is_told_of_no_others_bid(
    lead: bool, first: bool, disclosure: Disclosure
) -> None:
    """What lets the hub pass over the bids of others must hold for each of them."""
    feedback = Feedback(rank=True, lead=lead, lead_min_bidders=1, after_first_bid=first)
    lots = (lot(1), lot(2))
    where = Room(terms(feedback=feedback, disclosure=disclosure, lots=lots), "abcd", start=True)
    where.bid("a", 900, AT)
    where.bid("b", 850, AT)
    where.bid("b", 800, AT, lot=2)
    where.bid("c", 840, AT)
    where.until(END)
    viewers = [supplier(seat) for seat in "abcd"]
    viewers += [Viewer(role) for role in Role if role is not Role.SUPPLIER]
    heard: dict[Role, set[bool]] = {role: set() for role in Role}
    before = EMPTY
    for event in where.events:
        after = replay([event], before)
        for viewer in viewers:
            hears = hears_of_others(viewer, before) or hears_of_others(viewer, after)
            if event.kind != "bid_placed" or event.seat == viewer.seat:
                continue
            heard[viewer.role].add(hears)
            if not hears:
                assert event_view(before, after, event, viewer) is None
                assert price_point(after, event, viewer) is None
        before = after

    assert heard[Role.BUYER] == heard[Role.BUYER_BLIND] == {True}
    assert heard[Role.SUPPLIER] == heard[Role.OBSERVER] == {lead}
    assert heard[Role.NEUTRAL] == heard[Role.VERIFIER] == heard[Role.ADMIN] == {False}
