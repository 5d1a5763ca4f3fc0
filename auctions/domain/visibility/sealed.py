"""What a viewer may see of sealed offers: the keys, its own envelope, how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from auctions.domain.formats import rules_of
from auctions.domain.state import (
    AuctionState,
    LotPhase,
    LotState,
    SealedLot,
    Sealing,
    SeatOnLot,
)
from auctions.domain.visibility.table import Field, Viewer, granted
from kernel.sealing import fingerprint


@dataclass(frozen=True, slots=True)
class SealedStanding:
    """The sealed offers of one lot. None: not granted, or there is none."""

    auditor_key: str  # public, hex; empty until it is set
    office_key: str
    handed_over: str | None  # from where the auditor's key came
    offers: int | None
    own_at: datetime | None
    own_fingerprint: str | None
    own_rejected: str | None  # the code of why the own offer was no offer


def sealed_standing(state: AuctionState, lot: LotState, viewer: Viewer) -> SealedStanding | None:
    """None in formats without sealed offers."""
    final = lot.random_end is not None and lot.random_end.final
    if not (rules_of(state).sealed or final):
        return None
    keys, sealed = state.sealing or Sealing(), lot.sealed or SealedLot()
    own = None
    if viewer.seat is not None and granted(Field.SEALED_OFFER, viewer, state, lot, viewer.seat):
        own = sealed.offers.get(viewer.seat)
    return SealedStanding(
        auditor_key=keys.auditor,
        office_key=keys.office,
        handed_over=None if keys.handed_over is None else keys.handed_over.value,
        offers=len(sealed.offers) if granted(Field.SEALED_COUNT, viewer, state, lot) else None,
        own_at=None if own is None else own.received_at,
        own_fingerprint=None if own is None else fingerprint(bytes.fromhex(own.envelope)),
        own_rejected=None if own is None else sealed.rejected.get(viewer.seat or ""),
    )


def as_opened(state: AuctionState, lot: LotState, seat: str) -> SeatOnLot:
    """What of a seat's offers on the lot has been opened so far, or was never sealed."""
    mine = lot.seats.get(seat, SeatOnLot())
    if not unread(state, lot):
        return mine
    if lot.rounds is None:
        return SeatOnLot()
    return SeatOnLot(best=mine.best, bids=sum(seat in each for each in lot.rounds.ended))


def unread(state: AuctionState, lot: LotState) -> bool:
    """Whether who offered on this lot is nobody's business yet."""
    return rules_of(state).sealed and lot.phase is not LotPhase.CLOSED
