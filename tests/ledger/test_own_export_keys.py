"""What a participant's own export shows of the keys, its envelopes, and bids measured by the lead:
each forgery here leaves every leaf, link and signature of an export sound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.terms import Basis, Disclosure, Feedback, Guard, LotOrder, Terms, TiePolicy
from auctions.ledger.disclosure import Scope, Viewer, opens
from auctions.ledger.replay import ReplayFailed, Step, replay_own
from kernel import sealing
from tests.domain.room import START, US, Room, lot, minutes, seconds, terms
from tests.domain.rounds_room import RoundsRoom
from tests.domain.test_final_stage import played as final_played
from tests.domain.test_sealed import END, LATER, OFFICE, SealedRoom

WRONG = (99).to_bytes(32)
Change = Callable[[Any], Any]


def exported(room: Room, seat: str, change: Change = lambda event: event) -> list[Step]:
    """What is opened to that seat where bids are the buyer's alone; ``change`` forges entries."""
    viewer, rules = Viewer(Scope.PARTICIPANT, seat), room.state.rules
    assert rules.disclosure is Disclosure.BUYER

    def of(event: ev.Event) -> ev.Event | None:
        return change(event) if opens(viewer, rules, event.kind, to_body(event)) else None

    return [Step(seq, LATER, of(event)) for seq, event in enumerate(room.events, start=1)]


def on(kind: type[Any], **fields: Any) -> Change:
    """Forge the fields of every entry of a kind."""
    return lambda event: replace(event, **fields) if isinstance(event, kind) else event


def sealed_room() -> SealedRoom:
    room = SealedRoom()
    room.offer("a", "80")
    room.offer("b", "70", START + minutes(1))
    room.opened()
    return room


def test_sound_exports_pass() -> None:
    rounds = RoundsRoom()
    rounds.play(a=900, b=890)
    rounds.play(b=850, c=800)
    for room in (sealed_room(), final_played(), rounds):
        for seat in room.state.seats:
            replay_own(exported(room, seat), seat)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (on(ev.OffersOpened, office_key=WRONG.hex()), "not those the offers were sealed to"),
        (on(ev.OffersOpened, auditor_key=OFFICE.hex()), "not those the offers were sealed to"),
        (on(ev.OffersOpened, auditor_key="no key"), "are none"),
        (on(ev.OffersOpened, auditor_means=cmd.KeyMeans.PLATFORM), "without the auditor's key"),
        (on(ev.KeyHandedOver, at=END - US), "holds together"),
        (on(ev.SealingKeySet, holder=cmd.KeyHolder.OFFICE), "sealing_key_exists"),
        (on(ev.SealingKeySet, public_key="00" * 65), "sealing_key_malformed"),
        (on(ev.SealedOfferPlaced, received_at=END + US), "refuse it"),
        (on(ev.SealedOfferPlaced, envelope="00"), "refuse it"),
    ],
)  # fmt: skip
def test_other_keys_and_other_envelopes_are_found(change: Change, why: str) -> None:
    if why == "holds together":  # the lots were sealed before: their entries say so
        replay_own(exported(sealed_room(), "a", change), "a")
        return
    with pytest.raises(ReplayFailed, match=why):
        replay_own(exported(sealed_room(), "a", change), "a")


def test_an_offer_that_the_keys_would_open_is_not_rejected_by_publishing_others() -> None:
    """The office seals off a supplier: wrong keys, and `cannot_decrypt` as they say."""

    def forged(event: Any) -> Any:
        if isinstance(event, ev.OfferOpened) and event.seat == "a":
            return ev.OfferRejected(event.lot, event.seat, event.offer, "cannot_decrypt")
        return on(ev.OffersOpened, office_key=WRONG.hex())(event)

    with pytest.raises(ReplayFailed, match="not those the offers were sealed to"):
        replay_own(exported(sealed_room(), "a", forged), "a")


def test_a_key_exchanged_after_it_was_fixed_is_found() -> None:
    room = sealed_room()
    place = 1 + max(n for n, e in enumerate(room.events) if isinstance(e, ev.SealingKeySet))
    known = room.events[place - 1]
    assert isinstance(known, ev.SealingKeySet)
    other = replace(known, public_key=sealing.public_key_of(WRONG).hex())
    room.events.insert(place, other)
    with pytest.raises(ReplayFailed, match="sealing_key_exists") as found:
        replay_own(exported(room, "a"), "a")
    assert found.value.seq == place + 1


def test_a_key_handed_over_while_offers_are_taken_is_found() -> None:
    room = sealed_room()
    handed = next(e for e in room.events if isinstance(e, ev.KeyHandedOver))
    room.events.remove(handed)
    first = next(n for n, e in enumerate(room.events) if isinstance(e, ev.SealedOfferPlaced))
    room.events.insert(first, replace(handed, at=START + US))
    with pytest.raises(ReplayFailed, match="while offers are taken"):
        replay_own(exported(room, "b"), "b")


def test_the_keys_of_a_round_are_those_of_another_no_more() -> None:
    room = RoundsRoom()
    room.play(a=900, b=890)
    room.play(b=850, c=800)
    first = next(e for e in room.events if isinstance(e, ev.OffersOpened))
    change = on(ev.OffersOpened, auditor_key=first.auditor_key, office_key=first.office_key)
    with pytest.raises(ReplayFailed, match="not those the offers were sealed to"):
        replay_own(exported(room, "c", change), "c")


# Bids that the lead measures ---------------------------------------------------------------------

LEAD = Feedback(lead=True, after_first_bid=False, lead_min_bidders=1)


def by_the_lead(**fields: Any) -> Terms:
    given = {"basis": Basis.LEADER, "feedback": LEAD, "guard": Guard(warn=None, block=None)}
    return terms(**{**given, **fields})


def lead_room(of: Terms) -> Room:
    room = Room(of, start=True)
    for place, (seat, amount) in enumerate(
        [("a", 900), ("b", 880), ("a", 870), ("c", 800), ("a", 500)], start=1
    ):
        room.bid(seat, amount, START + seconds(place), retyped=str(amount))
    room.until(START + minutes(60))
    return room


TERMS = [
    by_the_lead(),
    by_the_lead(basis=Basis.OWN, ties=TiePolicy.FORBID_LEAD),
    by_the_lead(lots=(lot(1), lot(2)), lot_order=LotOrder.SERIAL),
]


@pytest.mark.parametrize("of", TERMS)
def test_sound_bids_by_the_lead_pass(of: Terms) -> None:
    room = lead_room(of)
    for seat in "abc":
        replay_own(exported(room, seat), seat)


@pytest.mark.parametrize("of", TERMS)
@pytest.mark.parametrize(
    ("amount", "fields", "why"),
    [
        (870, {"amount": Decimal("900.00")}, "bid_too_high"),  # no better than its own before
        (870, {"amount": Decimal("870.001")}, "scale"),
        (900, {"amount": Decimal("1000.01")}, "above_ceiling"),
        (870, {"received_at": START + minutes(59)}, "auction.too_late"),
        (870, {"received_at": START - minutes(1)}, "auction.not_open"),
        (500, {"retyped": False}, "guard_retype"),
        (870, {"prebid": True}, "another entry"),
    ],
)
def test_bids_by_the_lead_that_no_lead_allows_are_found(
    of: Terms, amount: int, fields: dict[str, Any], why: str
) -> None:
    """Whatever does not hang on others' bids is decided again, of these too."""

    def forged(event: Any) -> Any:
        mine = isinstance(event, ev.BidPlaced) and event.seat == "a" and event.amount == amount
        return replace(event, **fields) if mine else event

    with pytest.raises(ReplayFailed, match=why):
        replay_own(exported(lead_room(of), "a", forged), "a")


def test_how_far_below_anothers_lead_a_bid_had_to_be_stays_unsaid() -> None:
    """The limit of the proof: 895 was refused at the time, for b led with 880."""

    def forged(event: Any) -> Any:
        mine = isinstance(event, ev.BidPlaced) and event.amount == 870
        return replace(event, amount=Decimal("895.00")) if mine else event

    replay_own(exported(lead_room(by_the_lead()), "a", forged), "a")
