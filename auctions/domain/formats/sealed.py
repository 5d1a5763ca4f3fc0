"""Sealed first price: one hidden offer each, replaceable until the deadline; the lowest wins.

Offers are envelopes to two public keys (kernel.sealing). Nobody can read one before both private
keys are there, which is asked for only when every lot's deadline has passed. Then all are opened at
once, each judged by the terms: what does not fit them is rejected with its reason, the rest rank by
amount, equals by the order in which they were sealed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain import money, outcome
from auctions.domain.commands import (
    HandOverKey,
    KeyHolder,
    OpenOffers,
    PlaceSealedOffer,
    PlaceSealedPackage,
    SetSealingKey,
    Withdraw,
    WithdrawPackage,
)
from auctions.domain.draft import Draft
from auctions.domain.events import (
    KeyHandedOver,
    LotSealed,
    OfferOpened,
    OfferRejected,
    OffersOpened,
    SealedOfferPlaced,
    SealedOfferWithdrawn,
    SealingKeySet,
)
from auctions.domain.formats.base import FormatRules, Item, What
from auctions.domain.refusals import (
    AboveCeiling,
    AuditorKeyMissing,
    EnvelopeMalformed,
    KeyDiffers,
    KeyHandedOverAlready,
    LotClosedAlready,
    NotAwaitingOpening,
    NothingToWithdraw,
    Refusal,
    SealingKeyExists,
    SealingKeyMalformed,
    SealingNotReady,
    TooLate,
    WithdrawalNotAllowed,
)
from auctions.domain.rules import (
    admission,
    closing,
    lines,
    lots,
    next_bid,
    opening_roles,
    packages,
    sealed_lines,
)
from auctions.domain.rules.closing import Reserves, Winner
from auctions.domain.rules.sealed_lines import Content
from auctions.domain.state import AuctionState, LotPhase, LotState, SealedLot, Sealing
from auctions.domain.terms import LotTerms, Terms, TiePolicy
from auctions.domain.terms_problems import Missing, Problem, RuleNotHere
from kernel import sealing
from kernel.decimals import parse_amount, to_wire
from kernel.errors import FairfallError

Pick = Callable[[LotTerms], Winner]  # who wins a lot of these terms, and at which price
# What the envelope of a seat for a lot holds, or the code of why it is no offer.
Read = Callable[[AuctionState, int, str, str, sealing.Opener], Content | str]
CANNOT_DECRYPT = "cannot_decrypt"
MALFORMED = "malformed"


# The keys ------------------------------------------------------------------------------------


def set_key(draft: Draft, command: SetSealingKey) -> None:
    """Make one of the two public keys known, once."""
    admission.check_open(draft.state)
    known = draft.state.sealing or Sealing()
    check_public(command.public_key)
    is_auditor = command.holder is KeyHolder.AUDITOR
    if known.auditor if is_auditor else known.office:
        raise SealingKeyExists()
    if command.public_key in (known.auditor, known.office):
        raise SealingKeyMalformed(field="public_key")
    draft.emit(SealingKeySet(command.holder, command.public_key, draft.at))


def check_public(public_key: str) -> None:
    """Raise SealingKeyMalformed unless it is a point of the curve, in hex."""
    raw = _hex(public_key)
    if raw is None or not sealing.is_key(raw):
        raise SealingKeyMalformed(field="public_key")


def hand_over(draft: Draft, command: HandOverKey) -> None:
    """The auditor's key is there. Only once nobody can offer any more."""
    _check_awaiting(draft.state)
    if _sealing(draft.state).handed_over is not None:
        raise KeyHandedOverAlready()
    opening_roles.check_hands_over(draft.state.rules, command.by)
    draft.emit(KeyHandedOver(KeyHolder.AUDITOR, command.means, draft.at, command.by))


def open_offers(pick: Pick, pay: packages.Pay | None, draft: Draft, command: OpenOffers) -> None:
    """Open, judge and rank every offer with both private keys, and settle every lot."""
    opener = unlocked(draft, command)
    reserves = {reserve.lot: reserve for reserve in command.reserves}
    waiting = [lot for lot in draft.state.lots.values() if lot.phase is LotPhase.SEALED]
    for lot in waiting:
        open_lot(draft, lot, opener, read_offer)
    together: Winner | None = None
    if draft.state.rules.packages is not None:
        packages.open_all(draft, opener)
        numbers = [lot.number for lot in waiting]
        told = closing.opened_reserves(draft.state.rules, numbers, reserves)
        together = packages.allocate(draft, numbers, told, pay)
    for lot in waiting:
        opened = draft.state.lots[lot.number]
        winner = together or pick(draft.state.rules.lots[lot.number - 1])
        closing.settle_lot(draft, opened, draft.at, reserves, winner)


def unlocked(draft: Draft, command: OpenOffers) -> sealing.Opener:
    """Both private keys, published: the entry that begins an opening."""
    _check_awaiting(draft.state)
    known = _sealing(draft.state)
    if known.handed_over is None:
        raise AuditorKeyMissing()
    opening_roles.check_opens(draft.state.rules, command.by)
    auditor = _fitting(command.auditor_key, known.auditor, "auditor_key")
    office = _fitting(command.office_key, known.office, "office_key")
    draft.emit(
        OffersOpened(
            auditor_key=command.auditor_key,
            office_key=command.office_key,
            auditor_means=known.handed_over,
            office_means=command.means,
            at=draft.at,
            auditor_by=known.handed_over_by,
            office_by=command.by,
        )
    )
    return sealing.Opener(auditor, office)


def open_lot(draft: Draft, lot: LotState, opener: sealing.Opener, read: Read) -> None:
    """Open the lot's offers in the order in which they were sealed; ``read`` judges each."""
    offers = (lot.sealed or SealedLot()).offers
    for seat, offer in sorted(offers.items(), key=lambda item: item[1].seq):
        found = read(draft.state, lot.number, seat, offer.envelope, opener)
        if isinstance(found, str):
            draft.emit(OfferRejected(lot.number, seat, offer.seq, found))
        else:
            draft.emit(OfferOpened(lot.number, seat, offer.seq, found.amount))
            lines.keep(draft, lot.number, seat, offer.seq, found.prices)


def purpose(seat: str, lot: int) -> bytes:
    """What an envelope is good for: another seat's copy of it is no offer."""
    return f"{seat}\n{lot}".encode("ascii")


def read_offer(
    state: AuctionState, lot: int, seat: str, envelope: str, opener: sealing.Opener
) -> Content | str:
    """What an envelope holds, at the scale, or the code of why it is no offer."""
    terms = money.own_terms(state, seat, lot)
    try:
        raw = bytes.fromhex(envelope)
        text = opener.open(purpose(seat, lot), raw, sealed_lines.envelope_bytes(terms))
    except sealing.NotOpened:
        return CANNOT_DECRYPT
    try:
        found = _content(state, terms, seat, json.loads(text.decode("ascii")))
        if found is not None and terms.ceiling is not None and found.amount > terms.ceiling:
            raise AboveCeiling(most=to_wire(terms.ceiling))
    except Refusal as refusal:
        return refusal.code
    except (ValueError, TypeError, AttributeError, RecursionError, FairfallError):
        return MALFORMED
    return MALFORMED if found is None else found


def _content(state: AuctionState, terms: LotTerms, seat: str, content: Any) -> Content | None:
    if terms.lines is not None:
        mine = state.lots[terms.number].seats.get(seat)
        return sealed_lines.read(state, terms, content, None if mine is None else mine.best)
    if not isinstance(content, dict) or content.keys() != {"amount"}:
        return None
    return Content(next_bid.check_form(terms, parse_amount(content["amount"], 6)))


def _fitting(private_key: str, public_key: str, field: str) -> bytes:
    raw = _hex(private_key)
    if raw is None or not key_fits(raw, public_key):
        raise KeyDiffers(field=field)
    return raw


def key_fits(private_key: bytes, public_key: str) -> bool:
    """Whether this is the private key of that public one (hex)."""
    return sealing.is_secret(private_key) and sealing.public_key_of(private_key).hex() == public_key


def _sealing(state: AuctionState) -> Sealing:
    return state.sealing or Sealing()


def _check_awaiting(state: AuctionState) -> None:
    admission.check_open(state)
    if not awaits_opening(state):
        raise NotAwaitingOpening()


def awaits_opening(state: AuctionState) -> bool:
    """Whether no lot takes offers any more, and some offer is still sealed."""
    phases = {lot.phase for lot in state.lots.values()}
    return LotPhase.SEALED in phases and phases <= {LotPhase.SEALED, LotPhase.CLOSED}


def _hex(text: str) -> bytes | None:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if raw.hex() == text else None


# Offers --------------------------------------------------------------------------------------


def place_offer(draft: Draft, command: PlaceSealedOffer) -> None:
    """Keep an envelope; it takes the place of the seat's last one."""
    state = draft.state
    admission.check_bidder(state, command.seat)
    lot = admission.lot_of(state, command.lot)
    lots.check_takes_bids(state, lot, draft.at)
    lots.check_round(lot, command.round)
    if not _sealing(state).ready:
        raise SealingNotReady()
    size = sealed_lines.envelope_bytes(state.rules.lots[lot.number - 1])
    if not sealing.is_envelope(command.envelope, size):
        raise EnvelopeMalformed(field="envelope")
    draft.emit(SealedOfferPlaced(lot.number, command.seat, command.envelope, draft.at, command.ref))


def withdraw(draft: Draft, command: Withdraw) -> None:
    """Take one's offer back before the deadline. Nobody has read it, so nobody is asked."""
    state = draft.state
    seat = admission.seat_of(state, command.seat)
    admission.check_open(state)
    lot = admission.lot_of(state, command.lot)
    if not state.rules.withdrawal.allowed:
        raise WithdrawalNotAllowed()
    if lot.phase in (LotPhase.CLOSED, LotPhase.SEALED):
        raise LotClosedAlready(lot=lot.number)
    if lot.phase is LotPhase.RUNNING and lot.deadline is not None and draft.at > lot.deadline:
        raise TooLate(lot=lot.number)
    offer = (lot.sealed or SealedLot()).offers.get(seat.id)
    if offer is None or offer.received_at > draft.at:
        raise NothingToWithdraw(lot=lot.number)
    lots.check_round(lot, command.round)
    draft.emit(SealedOfferWithdrawn(lot.number, seat.id, offer.seq, draft.at, command.ref))


# The clock -----------------------------------------------------------------------------------


def agenda(state: AuctionState, lot: LotState) -> Iterator[Item]:
    """The deadline alone: nothing extends a sealed lot, and there is nothing to hide."""
    if lot.deadline is not None:
        yield lot.deadline, What.CLOSE, lot.number


def close(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """Offers wait for their opening; a lot without any is closed at once."""
    offers = (lot.sealed or SealedLot()).offers
    if offers or packages.sealed_count(draft.state):  # which lots a package holds, nobody knows
        draft.emit(LotSealed(lot.number, at, len(offers)))
    else:
        closing.settle_lot(draft, lot, at, reserves)


def most(state: AuctionState, seat: str, lot: int) -> Decimal | None:
    """The ceiling alone limits an offer."""
    return money.own_terms(state, seat, lot).ceiling


def problems(terms: Terms) -> Iterator[Problem]:
    """Of equal offers one is first in any case; nobody sees a lead to equal."""
    if terms.sealed is None:
        yield Missing(field="sealed")
    if terms.ties is TiePolicy.FORBID_LEAD:
        yield RuleNotHere(field="ties")


@dataclass(frozen=True, slots=True)
class Opening:
    """How offers are opened where ``pick`` says who wins at which price.

    ``pay`` says what winners over several lots are paid; None: what they ask.
    """

    pick: Pick
    pay: packages.Pay | None = None

    def __call__(self, draft: Draft, command: OpenOffers) -> None:
        open_offers(self.pick, self.pay, draft, command)


REFUSES = ("lot_order", "basis")
# Nothing moves the deadline, no rank is shown before it, and nobody can read what a guard would.
REFUSES_ANEW = ("soft_close.window", "feedback.hide_ranks_last", "guard.block")


def rules(pick: Pick, pay: packages.Pay | None = None) -> FormatRules:
    """The rules of a format with sealed offers; ``pick`` and ``pay`` as in :class:`Opening`."""
    return FormatRules(
        handlers={
            SetSealingKey: set_key,
            PlaceSealedOffer: place_offer,
            Withdraw: withdraw,
            PlaceSealedPackage: packages.place,
            WithdrawPackage: packages.withdraw,
            HandOverKey: hand_over,
            OpenOffers: Opening(pick, pay),
        },
        agenda=agenda,
        close=close,
        most=most,
        group="sealed",
        refuses=REFUSES,
        refuses_anew=REFUSES_ANEW,
        problems=problems,
        sealed=True,
    )


def lowest(terms: LotTerms) -> Winner:
    """The lowest offer wins at its own price."""
    return outcome.winner


RULES = rules(lowest)
