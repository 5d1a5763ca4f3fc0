"""Surrogate bids: approved once by the supplier, placed once by a neutral person, and marked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import refusals
from auctions.domain.commands import Officer
from auctions.domain.events import SurrogateBidPlaced, WithdrawalDecided
from auctions.domain.machine import evolve
from auctions.domain.terms import AutomaticBids, Basis, Feedback, Format, Guard, Terms
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.visibility import Role, Viewer, event_view, standing
from tests.domain.room import (
    START,
    Room,
    kinds,
    levels_terms,
    minutes,
    plain_limits,
    seconds,
    terms,
)
from tests.domain.test_lines import lines_lot

T = START + minutes(1)


def room(**fields: Any) -> Room:
    return Room(terms(surrogates=True, **fields), "ab", start=True)


def approve(it: Room, amount: str, seat: str = "a", retyped: str | None = None) -> Any:
    again = None if retyped is None else Decimal(retyped)
    return it.do(cmd.ApproveSurrogate(seat, 1, Decimal(amount), it.ref(), again), T)


def place(
    it: Room, amount: str, seat: str = "a", by: Officer = Officer.NEUTRAL, at: Any = T
) -> Any:
    command = cmd.PlaceSurrogateBid(seat, 1, Decimal(amount), "Told by telephone", by, it.ref())
    return it.do(command, at)


def test_one_bid_is_placed_and_the_approval_is_used_up() -> None:
    it = room()
    it.bid("a", 900, T)
    approve(it, "850")
    (bid,) = place(it, "870")
    assert isinstance(bid, SurrogateBidPlaced)
    assert (bid.seat, bid.amount, bid.by) == ("a", Decimal("870.00"), Officer.NEUTRAL)
    assert it.events[bid.approval - 1].kind == "surrogate_approved"
    assert it.lot.seats["a"].best.amount == Decimal("870.00")
    with pytest.raises(refusals.NotApproved):
        place(it, "860")


def test_only_a_neutral_person_and_not_below_what_was_approved() -> None:
    it = room()
    with pytest.raises(refusals.NotApproved):
        place(it, "900")
    approve(it, "850")
    for by in (Officer.BUYER, Officer.PLATFORM):
        with pytest.raises(refusals.OnlyNeutral):
            place(it, "900", by=by)
    with pytest.raises(refusals.BelowApproval) as caught:
        place(it, "849.99")
    assert caught.value.data == {"least": "850.00"}
    with pytest.raises(refusals.NotApproved):
        place(it, "900", seat="b")
    assert kinds(place(it, "850")) == ["surrogate_bid_placed"]


def test_it_is_a_bid_as_any_other() -> None:
    it = room()
    it.bid("a", 900, T)
    approve(it, "500")
    with pytest.raises(refusals.BidTooHigh):
        place(it, "899.99")
    late = it.lot.deadline - seconds(30)
    assert kinds(place(it, "880", at=late)) == ["surrogate_bid_placed", "deadline_moved"]
    it = room()
    approve(it, "500")
    with pytest.raises(refusals.AuctionEnded):
        place(it, "870", at=it.lot.deadline + seconds(1))


def test_the_guard_measures_the_approval() -> None:
    it = room(guard=Guard(Decimal(5), Decimal(10), Decimal(50)))
    it.bid("a", 900, T, retyped="900")
    with pytest.raises(refusals.GuardRetype):
        approve(it, "700")
    with pytest.raises(refusals.GuardBlocked):
        approve(it, "400", retyped="400")
    approve(it, "700", retyped="700")
    assert kinds(place(it, "700")) == ["surrogate_bid_placed"]


def test_it_is_taken_back_and_ends_by_a_bid_by_hand_but_not_by_an_automatic_one() -> None:
    it = room(automatic_bids=AutomaticBids())
    approve(it, "850")
    it.do(cmd.EndSurrogate("a", 1, it.ref()), T)
    for _ in range(2):
        with pytest.raises(refusals.NotApproved):
            it.do(cmd.EndSurrogate("a", 1, it.ref()), T)
    approve(it, "850")
    it.bid("a", 900, T)
    with pytest.raises(refusals.NotApproved):
        place(it, "880")
    approve(it, "800")
    it.limit("a", 850, T)
    assert "automatic_bid_placed" in kinds(it.bid("b", 890, T))
    assert it.lot.seats["a"].surrogate is not None


def test_asking_a_bid_back_ends_the_approval() -> None:
    it = room()
    it.bid("a", 900, T)
    approve(it, "850")
    it.do(cmd.Withdraw("a", 1, it.ref()), T + seconds(1))
    assert it.lot.seats["a"].surrogate is None


def test_while_a_bid_is_asked_back_nothing_is_approved() -> None:
    it = room()
    it.bid("a", 900, T)
    it.bid("a", 500, T + seconds(1))
    it.withdraw("a", T + seconds(2))
    with pytest.raises(refusals.WithdrawalPending):
        it.do(cmd.ApproveSurrogate("a", 1, Decimal(490), it.ref(), None), T + seconds(3))
    # Another's withdrawal is not its own.
    it.do(cmd.ApproveSurrogate("b", 1, Decimal(850), it.ref(), None), T + seconds(3))
    it.decide_withdrawal(False, T + seconds(4))
    it.do(cmd.ApproveSurrogate("a", 1, Decimal(490), it.ref(), None), T + seconds(5))
    assert it.lot.seats["a"].surrogate.most == Decimal("497.50")


def test_a_bid_given_back_takes_the_approval_with_it() -> None:
    """Whatever stands in an old ledger: what was approved by the best that is void is void too."""
    it = room()
    it.bid("a", 900, T)
    it.bid("a", 500, T + seconds(1))
    approve(it, "490")
    seq = it.lot.seats["a"].best.seq
    decided = WithdrawalDecided(1, "a", seq, True, "a slip", Officer.BUYER)
    assert it.lot.seats["a"].surrogate is not None
    after = evolve(it.state, decided, it.state.seq + 1).lots[1].seats["a"]
    assert (after.best.amount, after.surrogate) == (Decimal("900.00"), None)


def test_no_bid_is_placed_above_what_could_be_bid_when_it_was_approved() -> None:
    """The lead rises again; what was measured for the approval does not."""
    it = room(basis=Basis.LEADER, feedback=Feedback(rank=True, lead=True))
    it.bid("a", 950, T)
    it.bid("b", 700, T)
    approve(it, "650")
    (told,) = [each for each in it.events if each.kind == "surrogate_approved"]
    assert told.most == Decimal("696.50")
    it.withdraw("b", T + seconds(1))
    it.decide_withdrawal(True, T + seconds(2))
    later = T + minutes(2)
    it.until(later)
    assert it.most("a") > Decimal(900)
    (waiting,) = standing(it.state, Viewer(Role.NEUTRAL)).lots[0].surrogates
    assert (waiting.least, waiting.most) == (650, Decimal("696.50"))
    with pytest.raises(refusals.AboveApproval) as caught:
        place(it, "696.51", at=later)
    assert caught.value.data == {"most": "696.50"}
    assert kinds(place(it, "696.50", at=later)) == ["surrogate_bid_placed"]


def test_only_what_the_supplier_could_bid_itself_is_approved() -> None:
    it = room()
    it.bid("a", 900, T)
    with pytest.raises(refusals.BidTooHigh):
        approve(it, "896")
    with pytest.raises(refusals.ScaleWrong):
        approve(it, "850.001")
    approve(it, "895.50")
    it = room()
    with pytest.raises(refusals.AboveCeiling):
        approve(it, "1000.01")
    with pytest.raises(refusals.SeatUnknown):
        approve(it, "900", seat="c")


def test_a_changed_approval_replaces_the_one_before() -> None:
    it = room()
    approve(it, "800")
    approve(it, "850")
    with pytest.raises(refusals.BelowApproval):
        place(it, "820")
    (bid,) = place(it, "850")
    assert it.events[bid.approval - 1].amount == Decimal("850.00")


def test_in_a_pause_it_is_approved_and_taken_back_but_not_placed() -> None:
    it = room()
    it.do(cmd.Pause("a question", Officer.BUYER, it.ref()), T)
    approve(it, "850")
    with pytest.raises(refusals.LotIsPaused):
        place(it, "900", at=T + seconds(1))
    it.do(cmd.EndSurrogate("a", 1, it.ref()), T + seconds(2))


def test_before_the_start_it_is_a_pre_bid_once_those_are_taken() -> None:
    it = Room(terms(surrogates=True, prebid_opens_at=START - minutes(30)), "ab")
    approving = cmd.ApproveSurrogate("a", 1, Decimal(850), it.ref(), None)
    it.do(approving, START - minutes(40))
    with pytest.raises(refusals.NotOpenYet):
        place(it, "900", at=START - minutes(35))
    (bid,) = place(it, "900", at=START - minutes(20))[-1:]
    assert bid.prebid


def test_an_approval_that_no_bid_fits_is_not_shown_to_be_placed() -> None:
    it = room(automatic_bids=AutomaticBids(), feedback=Feedback(rank=True))
    it.bid("a", 900, T)
    approve(it, "890")
    it.limit("a", 700, T)
    waiting = standing(it.state, Viewer(Role.NEUTRAL)).lots[0].surrogates
    assert [each.most for each in waiting] == [Decimal("895.50")]
    it.bid("b", 880, T)
    assert it.lot.seats["a"].best.amount < 890
    assert standing(it.state, Viewer(Role.NEUTRAL), limits=plain_limits).lots[0].surrogates == ()
    with pytest.raises(refusals.BidTooHigh):
        place(it, "890")


def test_a_bid_by_hand_and_automatic_ones_answer_it() -> None:
    it = room(automatic_bids=AutomaticBids(), feedback=Feedback(rank=True))
    it.bid("b", 900, T)
    it.limit("b", 800, T)
    approve(it, "890")
    bid, answer = place(it, "895")
    assert (bid.kind, answer.kind) == ("surrogate_bid_placed", "automatic_bid_placed")
    assert (answer.seat, it.events[answer.cause - 1]) == ("b", bid)


def test_its_mark_stays_with_the_offer() -> None:
    it = room()
    it.bid("b", 900, T)
    approve(it, "850")
    place(it, "870")
    rows = {each.seat: each for each in standing(it.state, Viewer(Role.BUYER)).lots[0].participants}
    assert (rows["a"].surrogate, rows["b"].surrogate) == (True, False)
    it.bid("a", 860, T + minutes(1))
    it.do(cmd.Withdraw("a", 1, it.ref()), T + minutes(1) + seconds(9))
    decide = cmd.DecideWithdrawal(1, True, "a slip", Officer.BUYER, it.ref())
    it.do(decide, T + minutes(2))
    assert it.lot.seats["a"].best.surrogate is True


def test_a_reason_is_asked_and_a_closed_lot_takes_none() -> None:
    it = room()
    approve(it, "850")
    with pytest.raises(refusals.ReasonMissing):
        it.do(cmd.PlaceSurrogateBid("a", 1, Decimal(900), " ", Officer.NEUTRAL, it.ref()), T)
    it.bid("b", 890, T)
    it.until(it.lot.deadline)
    with pytest.raises(refusals.AuctionEnded):
        approve(it, "850")


def test_who_is_told_what() -> None:
    it = room(feedback=Feedback(rank=True, lead=True))
    approve(it, "850")
    before = it.state
    (bid,) = place(it, "870")
    seen = {
        role: event_view(before, it.state, bid, Viewer(role))
        for role in Role
        if role is not Role.SUPPLIER
    }
    own = event_view(before, it.state, bid, Viewer(Role.SUPPLIER, "a"))
    assert own["surrogate"] is True
    assert own["reason"] == "Told by telephone"
    assert event_view(before, it.state, bid, Viewer(Role.SUPPLIER, "b")) is None
    assert seen[Role.BUYER]["surrogate"] is True
    assert "reason" not in seen[Role.BUYER]
    assert "ref" not in own
    assert seen[Role.NEUTRAL]["reason"] == "Told by telephone"
    assert [role for role, view in seen.items() if view is None] == [
        Role.OBSERVER, Role.VERIFIER, Role.ADMIN
    ]  # fmt: skip

    def rows(viewer: Viewer) -> Any:
        return standing(before, viewer).lots[0]

    assert [each.least for each in rows(Viewer(Role.NEUTRAL)).surrogates] == [Decimal("850.00")]
    assert rows(Viewer(Role.BUYER)).surrogates is None
    assert rows(Viewer(Role.SUPPLIER, "a")).own.surrogate == Decimal("850.00")
    assert rows(Viewer(Role.SUPPLIER, "b")).own.surrogate is None


def test_terms_without_it_and_other_formats_have_none() -> None:
    it = Room(terms(), "ab", start=True)
    with pytest.raises(refusals.NoSurrogates):
        approve(it, "850")
    assert "surrogates" not in terms().document()
    of: Terms = levels_terms(Format.DUTCH, surrogates=True)
    assert [each.field for each in check_terms(of)] == ["surrogates"]
    assert check_terms(terms(surrogates=True)) == []
    of = terms(surrogates=True, lots=(lines_lot(),))
    assert "terms.lines_not_surrogate" in [each.code for each in check_terms(of)]


def test_it_is_in_the_suppliers_own_money_and_ends_with_another() -> None:
    rate = CurrencyRate("JPY", 100, Decimal("0.6"), 0, "the bank", "2026-03-01")
    it = room(currencies=(rate,))
    with pytest.raises(refusals.PricesNotDeclared):
        approve(it, "850")

    def declare(currency: str) -> None:
        it.do(cmd.DeclarePrices("a", currency, None, it.ref()), T)

    declare("EUR")
    approve(it, "850")
    declare("JPY")
    assert it.lot.seats["a"].surrogate is None
    with pytest.raises(refusals.ScaleWrong):
        approve(it, "140000.5")
    approve(it, "140000")
    (waiting,) = standing(it.state, Viewer(Role.NEUTRAL)).lots[0].surrogates
    assert (waiting.least, waiting.most, waiting.currency) == (140_000, 166_666, "JPY")
    (bid,) = place(it, "150000")
    view = event_view(it.state, it.state, bid, Viewer(Role.BUYER))
    assert (view["amount"], view["currency"], view["value"]) == ("150000", "JPY", "900.00")
