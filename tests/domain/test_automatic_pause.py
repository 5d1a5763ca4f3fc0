"""The automatic pause: when lost connections stop an auction, and when it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.events import (
    ConnectionsBack,
    ConnectionsLost,
    LotPaused,
    PauseCause,
    PauseLifted,
    ResumeAnnounced,
)
from auctions.domain.refusals import (
    AlreadyPaused,
    LotIsPaused,
    NotEnoughBack,
    NotEnoughLost,
    NotPaused,
)
from auctions.domain.state import LotPhase
from auctions.domain.terms import AutomaticPause, terms_from_document
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view
from tests.domain.room import START, US, Room, kinds, lot, minutes, seconds, terms

AT = START + minutes(10)
END = START + minutes(30)


def room(rule: AutomaticPause | None = None, **fields: object) -> Room:
    return Room(terms(automatic_pause=rule or AutomaticPause(), **fields), start=True)


def lose(where: Room, bidders: int, lost: int, at: object = AT) -> tuple[object, ...]:
    return where.do(cmd.ReportLoss(bidders, lost), at)  # type: ignore[arg-type]


def test_more_than_the_share_pauses_and_the_ledger_says_why_in_counts() -> None:
    where = room()
    lost, paused = lose(where, 5, 3)
    assert lost == ConnectionsLost(1, 5, 3, AT, AT + minutes(9))
    assert isinstance(paused, LotPaused)
    assert paused.cause is PauseCause.CONNECTIONS
    with pytest.raises(LotIsPaused):
        where.bid("b", 890, AT + US)


@pytest.mark.parametrize(("bidders", "lost"), [(4, 2), (2, 2), (100, 50), (3, 0), (3, 4)])
def test_exactly_the_share_or_too_few_bidders_do_not(bidders: int, lost: int) -> None:
    where = room()
    with pytest.raises(NotEnoughLost):
        lose(where, bidders, lost)


def test_terms_without_it_never_pause_by_themselves() -> None:
    where = Room(start=True)
    with pytest.raises(NotEnoughLost):
        lose(where, 9, 9)


def test_it_ends_by_itself_within_its_longest_time_and_keeps_what_remained() -> None:
    where = room()
    lose(where, 3, 2)
    where.until(AT + minutes(9))
    assert where.events[-1] == ResumeAnnounced(1, AT + minutes(10))
    where.until(AT + minutes(10))
    assert where.lot.phase is LotPhase.RUNNING
    assert where.lot.deadline == END + minutes(10)


@pytest.mark.parametrize("part", [1, 400_000, 999_999])
def test_the_whole_second_of_the_resumption_never_makes_it_longer(part: int) -> None:
    where = room()
    at = AT + timedelta(microseconds=part)
    lose(where, 3, 2, at)
    where.until(at + minutes(9))
    assert where.lot.resumes_at <= at + minutes(10)


def test_once_a_lot_and_no_more() -> None:
    where = room()
    lose(where, 3, 2)
    where.until(AT + minutes(10))
    with pytest.raises(AlreadyPaused):
        lose(where, 3, 2, AT + minutes(11))


def test_it_goes_on_when_enough_are_back() -> None:
    where = room()
    lose(where, 4, 3)
    with pytest.raises(NotEnoughBack):
        where.do(cmd.ReportReturn(1), AT + minutes(1))
    back, announced = where.do(cmd.ReportReturn(2), AT + minutes(2))
    assert back == ConnectionsBack(1, 4, 2, AT + minutes(2))
    assert announced == ResumeAnnounced(1, AT + minutes(3))
    with pytest.raises(NotPaused):
        where.do(cmd.ReportReturn(4), AT + minutes(2))


def test_the_buyer_may_end_it_and_what_was_due_is_due_no_more() -> None:
    where = room()
    lose(where, 3, 2)
    where.resume(AT + minutes(1))
    where.until(AT + minutes(2))
    assert where.lot.phase is LotPhase.RUNNING
    seen = len(where.events)
    where.until(AT + minutes(9))
    assert where.events[seen:] == []


def test_an_officers_pause_outlasts_it() -> None:
    where = room()
    lose(where, 3, 2)
    where.pause(AT + minutes(1))
    where.until(AT + minutes(9))
    assert where.events[-1] == PauseLifted(1, PauseCause.CONNECTIONS, AT + minutes(9))
    assert where.lot.pauses == {PauseCause.OFFICER}
    where.resume(AT + minutes(20))
    where.until(AT + minutes(21))
    assert where.lot.deadline == END + minutes(21)


def test_resuming_lifts_both_causes_at_once() -> None:
    where = room()
    lose(where, 3, 2)
    where.pause(AT + minutes(1))
    assert kinds(where.resume(AT + minutes(2))) == ["pause_lifted", "resume_announced"]


def test_only_lots_that_run_stand_still() -> None:
    from auctions.domain.terms import LotOrder

    where = room(lots=(lot(1), lot(2)), lot_order=LotOrder.SERIAL)
    found = lose(where, 3, 2)
    assert [getattr(each, "lot", None) for each in found] == [1, 1]
    assert where.state.lots[2].phase is LotPhase.WAITING


def test_a_loss_after_the_deadline_pauses_nothing() -> None:
    where = room()
    from auctions.domain.refusals import AuctionEnded

    with pytest.raises(AuctionEnded):
        lose(where, 3, 2, END + seconds(1))


def test_suppliers_learn_the_cause_and_never_the_counts() -> None:
    where = room()
    before = where.state
    events = machine.decide(before, cmd.ReportLoss(5, 3), AT)
    told = {}
    for viewer in (Viewer(Role.SUPPLIER, "a"), Viewer(Role.OBSERVER), Viewer(Role.BUYER_BLIND)):
        state, bodies = before, []
        for event in events:
            after = machine.evolve(state, event, state.seq + 1)
            bodies.append(event_view(state, after, event, viewer))
            state = after
        told[viewer.role] = bodies
    for role in (Role.SUPPLIER, Role.OBSERVER):
        assert told[role][0] is None
        assert told[role][1]["cause"] == "connections"
        assert "5" not in str({k: v for k, v in told[role][1].items() if k != "at"})
    assert (told[Role.BUYER_BLIND][0]["bidders"], told[Role.BUYER_BLIND][0]["lost"]) == (5, 3)


def test_older_terms_keep_their_hash_and_newer_ones_come_back() -> None:
    old, new = terms(), terms(automatic_pause=AutomaticPause(share=30))
    assert "automatic_pause" not in old.document()
    assert terms_from_document(new.document()) == new
    assert old.digest() != new.digest()


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (AutomaticPause(share=0), "share"),
        (AutomaticPause(share=100), "share"),
        (AutomaticPause(bidders=2), "bidders"),
        (AutomaticPause(within=timedelta(0)), "within"),
        (AutomaticPause(longest=minutes(11)), "longest"),
        (AutomaticPause(longest=seconds(59)), "longest"),
    ],
)
def test_what_the_terms_may_not_say(rule: AutomaticPause, field: str) -> None:
    found = check_terms(replace(terms(), automatic_pause=rule))
    assert [problem.field for problem in found] == [f"automatic_pause.{field}"]
