"""Admission: who has a seat, who may bid from it, and whether the auction is open at all.

These checks come first and tell nothing about others: the seat, its own consent, the phase.
"""

from __future__ import annotations

from auctions.domain import money
from auctions.domain.commands import AcceptTerms, AdmitSeat, RemoveSeat
from auctions.domain.draft import Draft
from auctions.domain.events import SeatAdmitted, SeatRemoved, TermsAccepted
from auctions.domain.refusals import (
    AuctionEnded,
    Disqualified,
    LateNotScored,
    LotUnknown,
    NotAdmitted,
    NotOpened,
    PricesNotDeclared,
    RemovalWouldTell,
    SeatHasBid,
    SeatTaken,
    SeatUnknown,
    TermsHashDiffers,
    TermsNotAccepted,
)
from auctions.domain.rules import consent, texts
from auctions.domain.state import AuctionState, LotState, Phase, Seat


def check_open(state: AuctionState) -> None:
    """Raise NotOpened or AuctionEnded."""
    if state.terms is None:
        raise NotOpened()
    if not state.phase.is_open:
        raise AuctionEnded()


def seat_of(state: AuctionState, seat: str) -> Seat:
    """The seat, if it takes part; raises SeatUnknown or NotAdmitted."""
    found = state.seats.get(seat)
    if found is None:
        raise SeatUnknown()
    if found.removed:
        raise NotAdmitted()
    return found


def lot_of(state: AuctionState, number: int) -> LotState:
    """The lot; raises LotUnknown."""
    found = state.lots.get(number)
    if found is None:
        raise LotUnknown(field="lot", lot=number)
    return found


def check_bidder(state: AuctionState, seat: str) -> None:
    """Raise unless this seat may bid in this auction now: seat, phase, consent to the terms."""
    if state.terms is None:
        raise NotOpened()
    found = seat_of(state, seat)
    check_open(state)
    if found.disqualified:
        raise Disqualified()
    if not found.may_bid(state.rules.version):
        raise TermsNotAccepted(version=state.rules.version)
    if found.prices is None and money.asked_for(state.rules):
        raise PricesNotDeclared()


def admit_seat(draft: Draft, command: AdmitSeat) -> None:
    """A seat for an invited supplier. An id is never used again, also after a removal."""
    check_open(draft.state)
    if command.seat in draft.state.seats:
        raise SeatTaken()
    if not takes_seats(draft.state):
        raise LateNotScored()
    draft.emit(SeatAdmitted(command.seat, late=draft.state.phase is Phase.RUNNING))


def takes_seats(state: AuctionState) -> bool:
    """Whether anybody may still be invited. Not where sealed offers are scored and a lot has
    started: values could not be set any more, or that they could would tell who has not offered."""
    if state.rules.scoring is None or state.rules.sealing is None:
        return True
    return not any(lot.started for lot in state.lots.values())


def remove_seat(draft: Draft, command: RemoveSeat) -> None:
    """Uninvite or decline, before any bid of that seat; a withdrawn bid is a bid too."""
    check_open(draft.state)
    seat = seat_of(draft.state, command.seat)
    if not command.declined and _bids_hidden(draft.state):
        raise RemovalWouldTell()
    if any(mine.bids for lot in draft.state.lots.values() if (mine := lot.seats.get(seat.id))):
        raise SeatHasBid()
    if draft.state.packages is not None and seat.id in draft.state.packages.seats:
        raise SeatHasBid()
    draft.emit(SeatRemoved(seat.id, command.declined, texts.storable(command.reason)))
    consent.end_consent_if_complete(draft)


def _bids_hidden(state: AuctionState) -> bool:
    """Whether bids are taken of which the buyer must not learn whose they are, or whether any is
    there: a refusal would tell."""
    taken = state.prebid_opened or any(lot.started for lot in state.lots.values())
    return taken and (state.rules.blind or state.rules.sealing is not None)


def accept_terms(draft: Draft, command: AcceptTerms) -> None:
    """Accept the version in force by its hash. Accepting it again changes nothing: no event."""
    state = draft.state
    check_open(state)
    seat = seat_of(state, command.seat)
    if command.version != state.rules.version or command.terms_hash != state.terms_hash:
        raise TermsHashDiffers(version=state.rules.version)
    if seat.accepted_version == command.version:
        return
    draft.emit(TermsAccepted(seat.id, command.version, command.terms_hash, draft.at, command.ref))
    consent.end_consent_if_complete(draft)
