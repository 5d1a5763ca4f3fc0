"""The keys of sealed offers, and one's own envelopes, as one seat can decide them again.

Every entry about keys is opened to each participant: which were fixed, once each, when the
auditor's was handed over, and the private ones, which must be those of the public ones the own
offer was sealed to. Closed are others' envelopes, and where another won a lot, that it closed: so
whether such a lot was over is told by its deadline. Every own envelope that stands when a key opens
the others is opened with them: what it held, or why it is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from auctions.domain import events as ev
from auctions.domain.formats.sealed import key_fits
from auctions.domain.refusals import OpeningRoleDiffers
from auctions.domain.rules import packages
from auctions.domain.rules.opening_roles import check_hands_over, check_opens
from auctions.domain.state import AuctionState, LotPhase, LotState, SealedLot, Sealing
from auctions.ledger.replay_commands import SEALED, candidates
from auctions.ledger.replay_steps import ReplayFailed, Step, decided_again

_KEYS = ev.SealingKeySet | ev.RoundKeysSet
_OPENED = (
    ev.OfferOpened | ev.OfferRejected | ev.PackageOpened | ev.DiscountOpened | ev.PackageRejected
)
_ENDS = ev.SealedRoundEnded | ev.Closed


def check_keys(state: AuctionState, steps: Sequence[Step], place: int, seat: str) -> None:
    """Decide the entry at ``place`` again, where it is about keys or an own envelope.

    Raises ReplayFailed.
    """
    step = steps[place]
    event = step.event
    if isinstance(event, _KEYS) or (isinstance(event, SEALED) and event.seat == seat):
        _decide(state, steps, place)
    elif isinstance(event, ev.KeyHandedOver):
        _check_over(state, event, step.seq)
    elif isinstance(event, ev.OffersOpened):
        _check_fit(state, event, step.seq)
        _check_all_opened(state, steps, place, seat)
    elif isinstance(event, _ENDS):
        _check_none_left(state, seat)


def _decide(state: AuctionState, steps: Sequence[Step], place: int) -> None:
    step = steps[place]
    asked = next(iter(candidates(state, steps, place)))
    if decided_again(state, asked, step.seq)[:1] != (step.event,):
        raise ReplayFailed(step.seq, "the rules lead to another entry")


def _check_over(state: AuctionState, event: ev.KeyHandedOver, seq: int) -> None:
    if state.sealing is None or state.sealing.handed_over is not None:
        raise ReplayFailed(seq, "no key is handed over here")
    if any(_takes_offers(lot, event.at) for lot in state.lots.values()):
        raise ReplayFailed(seq, "a key is handed over while offers are taken")
    if all(lot.phase is not LotPhase.SEALED for lot in state.lots.values()):
        raise ReplayFailed(seq, "a key is handed over where nothing is sealed")
    try:
        check_hands_over(state.rules, event.by)
    except OpeningRoleDiffers as error:
        raise ReplayFailed(seq, "a key is handed over by whom the terms do not name") from error


def _takes_offers(lot: LotState, at: datetime) -> bool:
    """Whether the lot does, or will. One that another won runs on for who is not shown its end."""
    if lot.phase is LotPhase.RUNNING:
        return lot.deadline is None or at < lot.deadline
    return lot.phase in (LotPhase.WAITING, LotPhase.PAUSED)


def _check_fit(state: AuctionState, event: ev.OffersOpened, seq: int) -> None:
    known = state.sealing or Sealing()
    if known.handed_over is None or known.handed_over != event.auditor_means:
        raise ReplayFailed(seq, "it opens offers without the auditor's key")
    if known.handed_over_by is not event.auditor_by:
        raise ReplayFailed(seq, "it names another as having handed the auditor's key over")
    try:
        check_opens(state.rules, event.office_by)
    except OpeningRoleDiffers as error:
        raise ReplayFailed(seq, "the offers are opened by whom the terms do not name") from error
    pairs = ((event.auditor_key, known.auditor), (event.office_key, known.office))
    try:
        fit = all(key_fits(bytes.fromhex(secret), public) for secret, public in pairs)
    except ValueError as error:
        raise ReplayFailed(seq, "the published keys are none") from error
    if not fit:
        raise ReplayFailed(seq, "the published keys are not those the offers were sealed to")


def _check_all_opened(state: AuctionState, steps: Sequence[Step], place: int, seat: str) -> None:
    """Nothing but openings follows the keys before all are opened; others' are closed."""
    told: set[int] = set()
    for step in steps[place + 1 :]:
        if isinstance(step.event, _OPENED):
            told.update({step.event.offer} if step.event.seat == seat else ())
        elif step.event is not None and not isinstance(step.event, ev.BidLines):
            break
    for seq in _standing(state, seat):
        if seq not in told:
            raise ReplayFailed(seq, "its envelope was not opened with the others")


def _check_none_left(state: AuctionState, seat: str) -> None:
    """A round, or the auction, ends without an opening only where nothing is sealed."""
    known = state.sealing or Sealing()
    for seq in () if known.auditor_secret else _standing(state, seat):
        raise ReplayFailed(seq, "its envelope was never opened")


def _standing(state: AuctionState, seat: str) -> Iterator[int]:
    """The entries of the seat's envelopes that are neither replaced nor withdrawn."""
    for lot in state.lots.values():
        mine = (lot.sealed or SealedLot()).offers.get(seat)
        if mine is not None:
            yield mine.seq
    for offer in packages.of_seat(state, seat).offers.values():
        yield offer.seq
