"""The keys of sealed offers, and one's own envelopes, as one seat can decide them again.

Every entry about keys is opened to each participant: which were fixed, once each, when the
auditor's was handed over, and the private ones, which must be those of the public ones the own
offer was sealed to. Closed are others' envelopes, and where another won a lot, that it closed: so
whether every lot was over is told by the deadlines.
"""

from __future__ import annotations

from collections.abc import Sequence

from auctions.domain import events as ev
from auctions.domain.formats.sealed import key_fits
from auctions.domain.machine import decide
from auctions.domain.refusals import Refusal
from auctions.domain.state import AuctionState, LotPhase, Sealing
from auctions.ledger.replay_commands import candidates
from auctions.ledger.replay_steps import ReplayFailed, Step

_KEYS = ev.SealingKeySet | ev.RoundKeysSet
_OWN = ev.SealedOfferPlaced | ev.SealedOfferWithdrawn


def check_keys(state: AuctionState, steps: Sequence[Step], place: int, seat: str) -> None:
    """Decide the entry at ``place`` again, where it is about keys or an own envelope.

    Raises ReplayFailed.
    """
    step = steps[place]
    event = step.event
    if isinstance(event, _KEYS) or (isinstance(event, _OWN) and event.seat == seat):
        _decide(state, steps, place)
    elif isinstance(event, ev.KeyHandedOver):
        _check_over(state, event, step.seq)
    elif isinstance(event, ev.OffersOpened):
        _check_fit(state, event, step.seq)


def _decide(state: AuctionState, steps: Sequence[Step], place: int) -> None:
    step = steps[place]
    asked = next(iter(candidates(state, steps, place)))
    try:
        found = decide(state, *asked)
    except Refusal as refusal:
        raise ReplayFailed(step.seq, f"the rules refuse it: {refusal.code}") from refusal
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise ReplayFailed(step.seq, str(error)) from error
    if found[:1] != (step.event,):
        raise ReplayFailed(step.seq, "the rules lead to another entry")


def _check_over(state: AuctionState, event: ev.KeyHandedOver, seq: int) -> None:
    if state.sealing is None or state.sealing.handed_over is not None:
        raise ReplayFailed(seq, "no key is handed over here")
    for lot in state.lots.values():
        running = lot.phase is LotPhase.RUNNING and lot.deadline is not None
        if running and lot.deadline is not None and event.at < lot.deadline:
            raise ReplayFailed(seq, "a key is handed over while offers are taken")


def _check_fit(state: AuctionState, event: ev.OffersOpened, seq: int) -> None:
    known = state.sealing or Sealing()
    if known.handed_over is None or known.handed_over != event.auditor_means:
        raise ReplayFailed(seq, "it opens offers without the auditor's key")
    pairs = ((event.auditor_key, known.auditor), (event.office_key, known.office))
    try:
        fit = all(key_fits(bytes.fromhex(secret), public) for secret, public in pairs)
    except ValueError as error:
        raise ReplayFailed(seq, "the published keys are none") from error
    if not fit:
        raise ReplayFailed(seq, "the published keys are not those the offers were sealed to")
