"""Sealed offers: when they count, who opens them, what is rejected, who wins at which price."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain import refusals, terms_problems
from auctions.domain.formats.sealed import purpose
from auctions.domain.formats.vickrey import price
from auctions.domain.machine import evolve
from auctions.domain.state import EMPTY, LotPhase, Phase
from auctions.domain.terms import (
    Basis,
    Disclosure,
    Feedback,
    Format,
    Guard,
    LotOrder,
    SealedTerms,
    SoftClose,
    Terms,
    Withdrawal,
    reserve_commitment,
)
from auctions.domain.terms_check import check_kept_terms, check_terms
from auctions.domain.visibility import Role, Viewer, event_view, standing
from auctions.ledger.replay import ReplayFailed, Step, replay_all, replay_own
from auctions.ledger.snapshot import state_from_text, state_to_text
from kernel import sealing
from tests.domain.room import BEFORE, START, US, Room, lot, minutes, terms

AUDITOR, OFFICE = (number.to_bytes(32) for number in (7, 11))
PUBLIC = {
    cmd.KeyHolder.AUDITOR: sealing.public_key_of(AUDITOR),
    cmd.KeyHolder.OFFICE: sealing.public_key_of(OFFICE),
}
END = START + minutes(30)
LATER = END + minutes(5)


def of(**fields: Any) -> Terms:
    return terms(**{"format": Format.SEALED, "sealed": SealedTerms(), **fields})


def envelope(text: str, seat: str = "a", lot: int = 1) -> str:
    first, second = PUBLIC.values()
    return sealing.seal(first, second, purpose(seat, lot), text.encode("ascii")).hex()


def amount(value: str) -> str:
    return json.dumps({"amount": value})


class SealedRoom(Room):
    def __init__(
        self,
        given: Terms | None = None,
        *,
        seats: str = "abc",
        keys: bool = True,
        start: bool = True,
    ):
        super().__init__(given or of(), seats=seats)
        if keys:
            for holder in PUBLIC:
                self.key(holder)
        if start:
            self.until(START)

    def key(self, holder: cmd.KeyHolder, at: Any = BEFORE) -> tuple[ev.Event, ...]:
        return self.do(cmd.SetSealingKey(holder, PUBLIC[holder].hex()), at)

    def offer(
        self, seat: str, value: str, at: Any = START + US, lot: int = 1, text: str | None = None
    ) -> tuple[ev.Event, ...]:
        sealed = envelope(amount(value) if text is None else text, seat, lot)
        return self.put(seat, sealed, at, lot)

    def put(self, seat: str, sealed: str, at: Any = START + US, lot: int = 1) -> Any:
        return self.do(cmd.PlaceSealedOffer(seat, lot, sealed, self.ref()), at)

    def hand_over(self, at: Any = LATER) -> tuple[ev.Event, ...]:
        return self.do(cmd.HandOverKey(cmd.KeyMeans.PERSON), at)

    def open(
        self, at: Any = LATER, auditor: bytes = AUDITOR, office: bytes = OFFICE
    ) -> tuple[ev.Event, ...]:
        asked = cmd.OpenOffers(auditor.hex(), office.hex(), cmd.KeyMeans.PLATFORM, self.reserves)
        return self.do(asked, at)

    def opened(self) -> ev.LotClosed:
        self.until(END)
        self.hand_over()
        found = [event for event in self.open() if isinstance(event, ev.LotClosed)]
        return found[0]

    def replayed(self) -> None:
        steps = [Step(seq, LATER, event) for seq, event in enumerate(self.events, 1)]
        assert replay_all(steps, {}) == self.state
        for seat in self.state.seats:
            replay_own(steps, seat)


def test_the_lowest_offer_wins_at_its_own_price():
    room = SealedRoom()
    room.offer("a", "90.00")
    room.offer("b", "80.50")
    room.offer("c", "85")
    closed = room.opened()
    assert (closed.seat, closed.amount, closed.at) == ("b", Decimal("80.50"), LATER)
    assert room.state.phase is Phase.CLOSED
    room.replayed()


def test_the_last_offer_of_a_seat_counts_also_when_it_is_higher():
    room = SealedRoom()
    room.offer("a", "70")
    room.offer("b", "80")
    room.offer("a", "90", at=END)
    assert room.opened().seat == "b"


def test_among_equals_the_first_decided_wins():
    room = SealedRoom()
    room.offer("b", "80")
    room.offer("a", "80")
    assert room.opened().seat == "b"


def test_in_time_counts_to_the_microsecond():
    room = SealedRoom()
    room.offer("a", "80", at=END)
    with pytest.raises(refusals.LotClosedAlready):
        room.offer("b", "70", at=END + US)
    assert room.opened().seat == "a"


def test_nothing_is_sealed_before_both_keys_are_there():
    room = SealedRoom(keys=False)
    room.key(cmd.KeyHolder.OFFICE)
    with pytest.raises(refusals.SealingNotReady):
        room.offer("a", "80")
    room.key(cmd.KeyHolder.AUDITOR, START + US)
    room.offer("a", "80", at=START + 2 * US)


def test_a_key_is_set_once_and_is_a_point_of_the_curve():
    room = SealedRoom(keys=False)
    for bad in ("", "04" * 65, "zz", PUBLIC[cmd.KeyHolder.OFFICE].hex().upper()):
        with pytest.raises(refusals.SealingKeyMalformed):
            room.do(cmd.SetSealingKey(cmd.KeyHolder.AUDITOR, bad), BEFORE)
    room.key(cmd.KeyHolder.AUDITOR)
    with pytest.raises(refusals.SealingKeyExists):
        room.key(cmd.KeyHolder.AUDITOR)
    same = PUBLIC[cmd.KeyHolder.AUDITOR].hex()
    with pytest.raises(refusals.SealingKeyMalformed):
        room.do(cmd.SetSealingKey(cmd.KeyHolder.OFFICE, same), BEFORE)


@pytest.mark.parametrize("sealed", ["", "ab", "0" * 418, "zz" * 209, "04" * 208])
def test_an_envelope_of_another_form_is_refused(sealed: str):
    with pytest.raises(refusals.EnvelopeMalformed):
        SealedRoom().put("a", sealed)


def test_an_open_bid_is_not_of_this_format_and_an_envelope_of_no_other():
    with pytest.raises(refusals.NotInFormat):
        SealedRoom().bid("a", 80, START + US)
    room = Room(start=True)
    with pytest.raises(refusals.NotInFormat):
        room.do(cmd.PlaceSealedOffer("a", 1, envelope(amount("80")), "r"), START + US)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (amount("1000.01"), "auction.above_ceiling"),
        (amount("80.001"), "auction.scale"),
        (amount("0"), "auction.not_positive"),
        (amount("1e2"), "malformed"),
        ('{"amount":80}', "malformed"),
        ('{"amount":"80","lot":1}', "malformed"),
        ("[]", "malformed"),
        ("no", "malformed"),
        ('{"amount":NaN}', "malformed"),
    ],
)
def test_what_is_no_offer_is_rejected_at_the_opening_with_its_reason(text: str, reason: str):
    room = SealedRoom()
    room.offer("a", "", text=text)
    room.offer("b", "900")
    assert room.opened().seat == "b"
    rejected = [event for event in room.events if isinstance(event, ev.OfferRejected)]
    assert [(event.seat, event.reason) for event in rejected] == [("a", reason)]
    told = standing(room.state, Viewer(Role.SUPPLIER, "a")).lots[0].sealed
    assert told is not None
    assert told.own_rejected == reason
    room.replayed()


def test_a_copy_of_anothers_envelope_is_no_offer():
    room = SealedRoom()
    sealed = envelope(amount("80"), "a")
    room.put("a", sealed)
    room.put("b", sealed)
    assert room.opened().seat == "a"
    assert [e.reason for e in room.events if isinstance(e, ev.OfferRejected)] == ["cannot_decrypt"]


def test_withdrawn_before_the_deadline_it_is_gone_and_nobody_was_asked():
    room = SealedRoom()
    room.offer("a", "70")
    room.offer("b", "80")
    (event,) = room.withdraw("a", END)
    assert isinstance(event, ev.SealedOfferWithdrawn)
    with pytest.raises(refusals.NothingToWithdraw):
        room.withdraw("a", END)
    assert room.opened().seat == "b"
    room.replayed()


def test_after_the_deadline_nothing_is_withdrawn():
    room = SealedRoom()
    room.offer("a", "70")
    room.until(END)
    with pytest.raises(refusals.LotClosedAlready):
        room.withdraw("a", LATER)
    forbidden = SealedRoom(of(withdrawal=Withdrawal(allowed=False)))
    forbidden.offer("a", "70")
    with pytest.raises(refusals.WithdrawalNotAllowed):
        forbidden.withdraw("a", END)


def test_offers_wait_for_both_keys_and_open_with_nothing_less():
    room = SealedRoom()
    room.offer("a", "80")
    with pytest.raises(refusals.NotAwaitingOpening):
        room.hand_over(START + minutes(1))
    room.until(END)
    assert room.state.lots[1].phase is LotPhase.SEALED
    assert room.state.phase is Phase.RUNNING
    with pytest.raises(refusals.AuditorKeyMissing):
        room.open()
    room.hand_over()
    with pytest.raises(refusals.KeyHandedOverAlready):
        room.hand_over()
    for auditor, office in ((OFFICE, AUDITOR), (AUDITOR, AUDITOR), (bytes(32), OFFICE)):
        with pytest.raises(refusals.KeyDiffers):
            room.open(auditor=auditor, office=office)
    opened = room.open()
    assert isinstance(opened[0], ev.OffersOpened)
    assert opened[0].auditor_means is cmd.KeyMeans.PERSON
    with pytest.raises(refusals.AuctionEnded):
        room.open()


def test_keys_are_asked_for_only_when_every_lot_is_over():
    room = SealedRoom(of(lots=(lot(1), lot(2))))
    room.offer("a", "80", lot=1)
    room.until(END)
    assert room.state.lots[2].outcome is ev.LotOutcome.NO_BID
    assert room.opened().lot == 1
    room.replayed()


def test_an_opening_that_never_comes_ends_by_annulment():
    room = SealedRoom()
    room.offer("a", "80")
    room.until(END)
    room.do(cmd.Annul("the auditor's key is lost", cmd.Officer.BUYER, "x"), LATER)
    assert room.state.phase is Phase.ANNULLED
    assert not any(isinstance(event, ev.OffersOpened) for event in room.events)
    room.replayed()


def test_a_pause_keeps_the_remaining_time_and_touches_no_lot_that_waits_for_its_opening():
    room = SealedRoom()
    room.pause(START + minutes(10))
    room.resume(START + minutes(40))
    resumed = START + minutes(41)
    room.offer("a", "80", at=resumed + minutes(20))
    with pytest.raises(refusals.Refusal):
        room.offer("a", "70", at=resumed + minutes(20) + US)
    with pytest.raises(refusals.AlreadyPaused):
        room.pause(resumed + minutes(30))
    room.replayed()


def test_a_hidden_reserve_is_met_or_nobody_wins():
    commitment = reserve_commitment(bytes(16), "75.00")
    room = SealedRoom(of(lots=(lot(reserve_commitment=commitment),)))
    room.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("75.00")),)
    room.offer("a", "80")
    closed = room.opened()
    assert closed.outcome is ev.LotOutcome.RESERVE_NOT_MET
    room.replayed()


@pytest.mark.parametrize(
    ("own", "second", "limit", "paid"),
    [("80", "90", "100", "90"), ("80", "120", "100", "100"), ("80", None, "100", "100"),
     ("80", None, None, "80"), ("80", "90", None, "90"), ("80", "80", "100", "80")],
)  # fmt: skip
def test_what_the_winner_of_a_vickrey_auction_is_paid(own: str, second: Any, limit: Any, paid: str):
    values = [None if value is None else Decimal(value) for value in (second, limit)]
    assert price(Decimal(own), *values) == Decimal(paid)


def test_a_vickrey_auction_pays_the_second_price_and_a_lone_bidder_the_reserve():
    room = SealedRoom(of(format=Format.VICKREY))
    room.offer("a", "80")
    room.offer("b", "90")
    closed = room.opened()
    assert (closed.seat, closed.amount) == ("a", Decimal("90.00"))
    room.replayed()
    commitment = reserve_commitment(bytes(16), "85.00")
    lone = SealedRoom(of(format=Format.VICKREY, lots=(lot(reserve_commitment=commitment),)))
    lone.reserves = (cmd.OpenedReserve(1, "00" * 16, Decimal("85.00")),)
    lone.offer("a", "80")
    assert lone.opened().amount == Decimal("85.00")
    lone.replayed()


def test_terms_that_sealed_offers_do_not_have_are_refused():
    assert check_terms(of()) == []
    assert {type(p) for p in check_terms(replace(of(), sealed=None))} == {terms_problems.Missing}
    odd = replace(of(), lot_order=LotOrder.SERIAL, basis=Basis.LEADER)
    assert {p.field for p in check_terms(odd)} >= {"lot_order", "basis"}


SOFT_CLOSE = SoftClose()  # the default, which opens a window of three minutes


@pytest.mark.parametrize("name", [Format.SEALED, Format.VICKREY])
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"soft_close": SOFT_CLOSE}, "soft_close.window"),
        ({"feedback": Feedback(hide_ranks_last=minutes(1))}, "feedback.hide_ranks_last"),
        ({"guard": Guard(block=Decimal(50))}, "guard.block"),
    ],
)
def test_a_rule_that_means_nothing_here_is_refused_of_new_terms(
    fields: dict[str, Any], field: str, name: Format
):
    odd = of(format=name, **fields)
    assert [(p.code, p.field) for p in check_terms(odd)] == [("terms.rule_not_here", field)]
    assert check_kept_terms(odd) == []


def test_a_ledger_from_before_the_refusal_replays_an_edit_included():
    room = SealedRoom(of(soft_close=SOFT_CLOSE))
    room.offer("a", "80")
    room.pause(START + minutes(1))
    room.change(replace(room.state.rules, version=2, length=minutes(40)), START + minutes(2))
    room.replayed()


# Hidden information --------------------------------------------------------------------------

EVERYBODY = [Viewer(Role.SUPPLIER, "b"), *(Viewer(role) for role in Role if role != "supplier")]


def _told(room: SealedRoom, viewer: Viewer) -> Any:
    views = []
    state = EMPTY
    for seq, event in enumerate(room.events, 1):
        before, state = state, evolve(state, event, seq)
        view = event_view(before, state, event, viewer)
        views += [] if view is None else [view]
    return views, standing(room.state, viewer)


PRICE_RULES = pytest.mark.parametrize("name", [Format.SEALED, Format.VICKREY])


@PRICE_RULES
@pytest.mark.parametrize("viewer", EVERYBODY)
def test_whether_another_offered_is_told_to_nobody_before_the_deadline(
    viewer: Viewer, name: Format
):
    quiet, busy = SealedRoom(of(format=name)), SealedRoom(of(format=name))
    busy.offer("a", "80")
    busy.offer("a", "70")
    busy.offer("c", "60")
    busy.withdraw("c", START + minutes(1))
    assert _told(quiet, viewer) == _told(busy, viewer)


@PRICE_RULES
@pytest.mark.parametrize("viewer", EVERYBODY)
def test_what_was_offered_is_told_to_nobody_before_the_opening(viewer: Viewer, name: Format):
    low, high = SealedRoom(of(format=name)), SealedRoom(of(format=name))
    for room, value in ((low, "1"), (high, "999")):
        room.offer("a", value)
        room.until(END)
        room.hand_over()
    assert _told(low, viewer) == _told(high, viewer)


def test_what_the_winner_is_paid_is_told_to_no_loser_unless_the_terms_say_so():
    """Under the second-price rule it is what another one asked."""
    for disclosure, told in ((Disclosure.BUYER, None), (Disclosure.PUBLIC, Decimal(80))):
        room = SealedRoom(of(format=Format.VICKREY, disclosure=disclosure))
        for seat, value in (("a", "60"), ("b", "80"), ("c", "90")):
            room.offer(seat, value)
        room.until(END)
        room.hand_over()
        room.open()
        assert room.state.lots[1].price == Decimal(80)
        (lot,) = standing(room.state, Viewer(Role.SUPPLIER, "c")).lots
        assert lot.price == told


def test_the_count_is_told_to_the_buyer_where_the_terms_say_so():
    room = SealedRoom(of(sealed=SealedTerms(show_count=True)))
    room.offer("a", "80")
    for role, count in ((Role.BUYER, 1), (Role.OBSERVER, None)):
        told = standing(room.state, Viewer(role)).lots[0]
        assert told.sealed is not None
        assert (told.sealed.offers, told.bids) == (count, None)


def test_a_snapshot_of_the_state_is_the_state():
    room = SealedRoom()
    room.offer("a", "80")
    room.offer("b", "", text="no")
    room.opened()
    assert state_from_text(state_to_text(room.state)) == room.state


def test_another_amount_than_the_envelope_held_is_found_by_its_supplier():
    room = SealedRoom()
    room.offer("a", "80")
    room.opened()
    events = [
        replace(event, amount=Decimal("81.00")) if isinstance(event, ev.OfferOpened) else event
        for event in room.events
    ]
    steps = [Step(seq, LATER, event) for seq, event in enumerate(events, 1)]
    with pytest.raises(ReplayFailed, match="holds something else"):
        replay_own(steps, "a")
    with pytest.raises(ReplayFailed, match="another entry"):
        replay_all(steps, {})


def test_what_waits_for_its_opening_is_neither_edited_nor_extended_and_the_clock_goes_on() -> None:
    room = SealedRoom()
    room.offer("a", "800")
    room.until(START + minutes(40))
    assert room.state.lots[1].phase is LotPhase.SEALED
    at = START + minutes(41)
    changed = replace(room.state.rules, version=2, length=minutes(50))
    with pytest.raises(refusals.EditNotAllowed):
        room.change(changed, at)
    with pytest.raises(refusals.Refusal):
        room.do(cmd.Extend(1, minutes(1), cmd.Officer.BUYER, "x"), at)
    room.until(START + minutes(600))
    assert room.state.consent_until is None


def test_taking_an_invitation_back_tells_the_buyer_nothing_of_an_offer() -> None:
    for has_offered in (True, False):
        room = SealedRoom()
        room.until(START)
        if has_offered:
            room.offer("a", "800")
        with pytest.raises(refusals.RemovalWouldTell):
            room.do(cmd.RemoveSeat("a", "no longer", declined=False), START + minutes(1))


def test_what_is_the_same_for_every_offer_is_computed_once_an_opening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    computed = []
    original = sealing.public_key_of

    def counted(private_key: bytes) -> bytes:
        computed.append(private_key)
        return original(private_key)

    counts = []
    for seats in ("a", "abc"):
        room = SealedRoom(seats="abc")
        for seat in seats:
            room.offer(seat, "800")
        computed.clear()
        with monkeypatch.context() as patch:
            patch.setattr(sealing, "public_key_of", counted)
            room.opened()
        counts.append(len(computed))
    assert counts[0] == counts[1]
