"""An open descending price with a random end, then final sealed offers.

Open bidding as in English reverse for the length of the terms, then a window that always runs in
full: somewhere in it lies the cut-off, past which bids turn out void. It follows from two seeds
(kernel.random_end), each bound by its hash before the start and opened only after the window, so
only somebody who reads both seeds can know it while bids are made. A seed that is missing at the
start, or not opened in time, annuls the auction.

Then the bidders near the best bid may each make one final offer, sealed as in formats.sealed; of
its bid and its final offer the lower one counts. Terms may leave this stage out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from auctions.domain import outcome
from auctions.domain.commands import (
    CommitSeed,
    HandOverKey,
    KeyHolder,
    Officer,
    OpenOffers,
    PlaceBid,
    PlaceSealedOffer,
    RevealSeeds,
    SetSealingKey,
)
from auctions.domain.draft import Draft
from auctions.domain.events import (
    Annulled,
    BidsVoided,
    EndDrawn,
    FinalistNamed,
    FinalStageStarted,
    LotSealed,
    LotStarted,
    SeedCommitted,
    SeedMissing,
    SeedsAwaited,
    SeedsRevealed,
)
from auctions.domain.formats import english, sealed
from auctions.domain.formats.base import FormatRules, Item, What
from auctions.domain.refusals import (
    FinalStageNotOpen,
    LotClosedAlready,
    NotAFinalist,
    NotInFormat,
    SeedDiffers,
    SeedExists,
    SeedMalformed,
    SeedsNotDue,
    SeedTooLate,
)
from auctions.domain.rules import admission, closing, next_bid
from auctions.domain.rules.closing import Reserves
from auctions.domain.state import (
    ZERO,
    AuctionState,
    LotPhase,
    LotState,
    RandomEnd,
    SealedLot,
    Sealing,
    Seeds,
)
from auctions.domain.terms import OpenClosedTerms, Terms
from auctions.domain.terms_problems import Missing, OutOfRange, Problem, TooManyDigits
from kernel import random_end

NOT_COMMITTED = "A seed of the random end, or a key, was not fixed before the start."
NOT_OPENED = "A seed of the random end was not opened in time."
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_SCALE = 6  # decimal places of the percentage
_NOTHING = RandomEnd(begins=datetime.min.replace(tzinfo=UTC))


def has_final_stage(terms: Terms) -> bool:
    """Whether these terms have final sealed offers, and so their keys."""
    return terms.open_closed is not None and terms.open_closed.final > ZERO


def _terms_of(state: AuctionState) -> OpenClosedTerms:
    found = state.rules.open_closed
    if found is None:
        raise ValueError("terms without a random end")
    return found


# The seeds -----------------------------------------------------------------------------------


def commit_seed(draft: Draft, command: CommitSeed) -> None:
    """Fix one of the two seeds by its hash, once and before the start."""
    state = draft.state
    admission.check_open(state)
    seeds = state.seeds or Seeds()
    if any(_begun(lot, draft.at) for lot in state.lots.values()):
        raise SeedTooLate()
    if _bytes(command.commitment) is None:
        raise SeedMalformed(field="commitment")
    is_auditor = command.holder is KeyHolder.AUDITOR
    if seeds.auditor if is_auditor else seeds.office:
        raise SeedExists()
    if command.commitment in (seeds.auditor, seeds.office):
        raise SeedMalformed(field="commitment")  # the same seed twice would cancel out
    draft.emit(SeedCommitted(command.holder, command.commitment, draft.at))


def _begun(lot: LotState, at: datetime) -> bool:
    """Whether the lot's own start has passed: a pause moves it on."""
    late = lot.phase is LotPhase.WAITING and lot.starts_at is not None and at > lot.starts_at
    return lot.started or late


def reveal_seeds(draft: Draft, command: RevealSeeds) -> None:
    """Open both seeds and void what came past each lot's cut-off; then the final stage, or the
    end."""
    waiting = draw(draft, command)
    reserves = {reserve.lot: reserve for reserve in command.reserves}
    for number in waiting:
        _go_on(draft, draft.state.lots[number], reserves)


def draw(draft: Draft, command: RevealSeeds) -> tuple[int, ...]:
    """The seeds and what follows from them at once; returns the lots that were waiting."""
    state = draft.state
    admission.check_open(state)
    if state.seeds is not None and state.seeds.office_seed:
        raise SeedsNotDue()
    waiting = [lot for lot in state.lots.values() if lot.phase is not LotPhase.CLOSED]
    for lot in waiting:
        if not _awaits(lot):
            raise SeedsNotDue()
        if lot.deadline is None or draft.at > lot.deadline:
            raise SeedTooLate()
    seeds = state.seeds or Seeds()
    platform = _fitting(command.platform_seed, seeds.office, "platform_seed")
    auditor = _fitting(command.auditor_seed, seeds.auditor, "auditor_seed")
    draft.emit(SeedsRevealed(command.platform_seed, command.auditor_seed, draft.at))
    for lot in waiting:
        _draw(draft, lot, platform, auditor)
    return tuple(lot.number for lot in waiting)


def _go_on(draft: Draft, lot: LotState, reserves: Reserves) -> None:
    rule = _terms_of(draft.state)
    named = finalists(lot, rule) if rule.final > ZERO else ()
    for seat in named:
        draft.emit(FinalistNamed(lot.number, seat, draft.at))
    if named:
        draft.emit(FinalStageStarted(lot.number, draft.at, draft.at + rule.final))
    else:
        closing.settle_lot(draft, lot, draft.at, reserves)


def finalists(lot: LotState, rule: OpenClosedTerms) -> tuple[str, ...]:
    """Who may make a final offer: the best bidder, all within so many percent, and the least
    number of the best in any case. In the order of their names, which tells nothing."""
    standing = outcome.ordered(lot)
    if not standing:
        return ()
    limit = Fraction(standing[0][1].amount) * (100 + Fraction(rule.within)) / 100
    near = [seat for seat, offer in standing if Fraction(offer.amount) <= limit]
    chosen = {*near, *(seat for seat, _ in standing[: rule.least])}
    return tuple(sorted(chosen))


def awaits_seeds(state: AuctionState) -> bool:
    """Whether every lot that is still open has its whole window behind it."""
    waiting = [lot for lot in state.lots.values() if lot.phase is not LotPhase.CLOSED]
    return bool(waiting) and all(_awaits(lot) for lot in waiting)


def _awaits(lot: LotState) -> bool:
    found = lot.random_end
    return lot.phase is LotPhase.RUNNING and found is not None and found.awaits


def _draw(draft: Draft, lot: LotState, platform: bytes, auditor: bytes) -> None:
    window = _terms_of(draft.state).window
    offset = random_end.cut_off(platform, auditor, lot.number, window)
    draft.emit(EndDrawn(lot.number, offset, draft.at))
    found = draft.state.lots[lot.number].random_end or _NOTHING
    for seat, bids in sorted(Counter(bid.seat for bid in found.void()).items()):
        draft.emit(BidsVoided(lot.number, seat, bids, draft.at))


def _fitting(seed: str, commitment: str, field: str) -> bytes:
    raw = _bytes(seed)
    if raw is None or random_end.commitment(raw) != commitment:
        raise SeedDiffers(field=field)
    return raw


def _bytes(text: str) -> bytes | None:
    """Thirty-two bytes of lower-case hex."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if raw.hex() == text and len(raw) == random_end.SEED_BYTES else None


# Bids and the clock --------------------------------------------------------------------------


def place_bid(draft: Draft, command: PlaceBid) -> None:
    """As in English reverse; none once the window is over."""
    lot = draft.state.lots.get(command.lot)
    if lot is not None and _window_is_over(lot):
        admission.check_bidder(draft.state, command.seat)
        raise LotClosedAlready(lot=lot.number)
    english.place_bid(draft, command)


def _window_is_over(lot: LotState) -> bool:
    found = lot.random_end or _NOTHING
    return found.awaits or found.final


def place_final_offer(draft: Draft, command: PlaceSealedOffer) -> None:
    """Keep a finalist's envelope; it takes the place of its last one."""
    state = draft.state
    if not has_final_stage(state.rules):
        raise NotInFormat()
    admission.check_bidder(state, command.seat)
    lot = admission.lot_of(state, command.lot)
    found = lot.random_end or _NOTHING
    early = lot.running_since is not None and draft.at <= lot.running_since
    if not found.final or (lot.phase is LotPhase.RUNNING and not lot.pauses and early):
        raise FinalStageNotOpen(lot=lot.number)
    if command.seat not in found.finalists:
        raise NotAFinalist(lot=lot.number)
    sealed.place_offer(draft, command)


def set_key(draft: Draft, command: SetSealingKey) -> None:
    """Make a public key of final offers known, where there is a final stage."""
    if not has_final_stage(draft.state.rules):
        raise NotInFormat()
    sealed.set_key(draft, command)


def most(state: AuctionState, seat: str, lot: int) -> Decimal | None:
    """As in English reverse; of final offers only those below the own bid can count."""
    there = state.lots[lot]
    mine = there.seats.get(seat)
    if (there.random_end or _NOTHING).final and mine is not None and mine.best is not None:
        return mine.best.amount
    return next_bid.next_valid_bid(state, seat, lot)


def start(draft: Draft, lot: LotState, at: datetime) -> None:
    """The lot's time is the open phase and the whole window; without both seeds it is annulled."""
    state = draft.state
    seeds = state.seeds or Seeds()
    keys = not has_final_stage(state.rules) or (state.sealing or Sealing()).ready
    if not (seeds.office and seeds.auditor and keys):
        _annul(draft, lot, at, NOT_COMMITTED)
        return
    ends = at + state.rules.length + _terms_of(state).window
    draft.emit(LotStarted(lot.number, at, ends, ends))


def agenda(state: AuctionState, lot: LotState) -> Iterator[Item]:
    """The end of the window, the last moment for the seeds, the end of the final stage."""
    if lot.deadline is not None:
        yield lot.deadline, What.STEP, lot.number


def step(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    """The window or the final stage is over, or nobody opened the seeds in time."""
    found = lot.random_end or _NOTHING
    if found.final:
        _end_final(draft, lot, at, reserves)
    elif found.awaits:
        _annul(draft, lot, at, NOT_OPENED)
    elif any(mine.best is not None for mine in lot.seats.values()):
        draft.emit(SeedsAwaited(lot.number, at, at + _terms_of(draft.state).reveal))
    else:
        closing.settle_lot(draft, lot, at, reserves)


def _end_final(draft: Draft, lot: LotState, at: datetime, reserves: Reserves) -> None:
    offers = (lot.sealed or SealedLot()).offers
    if offers:
        draft.emit(LotSealed(lot.number, at, len(offers)))
    else:
        closing.settle_lot(draft, lot, at, reserves)


def _annul(draft: Draft, lot: LotState, at: datetime, reason: str) -> None:
    draft.emit(SeedMissing(lot.number, at))
    draft.emit(Annulled(at, reason, Officer.PLATFORM))


def problems(terms: Terms) -> Iterator[Problem]:
    """A window and a time to open the seeds, each of sound length."""
    rule = terms.open_closed
    if rule is None:
        yield Missing(field="open_closed")
        return
    if not _SECOND <= rule.window <= _DAY:
        yield OutOfRange(field="open_closed.window", least="1 s", most="1 d")
    if not _MINUTE <= rule.reveal <= 7 * _DAY:
        yield OutOfRange(field="open_closed.reveal", least="60 s", most="7 d")
    if rule.final != ZERO and not _MINUTE <= rule.final <= 5 * _MINUTE:
        yield OutOfRange(field="open_closed.final", least="60 s", most="300 s")
    if not rule.within.is_finite() or not 0 <= rule.within <= 100:
        yield OutOfRange(field="open_closed.within", least=0, most=100)
    elif Fraction(rule.within) % Fraction(1, 10**_SCALE):
        yield TooManyDigits(field="open_closed.within", scale=_SCALE)
    if not 1 <= rule.least <= 100:
        yield OutOfRange(field="open_closed.least", least=1, most=100)


RULES = FormatRules(
    handlers={
        PlaceBid: place_bid,
        CommitSeed: commit_seed,
        RevealSeeds: reveal_seeds,
        SetSealingKey: set_key,
        PlaceSealedOffer: place_final_offer,
        HandOverKey: sealed.hand_over,
        OpenOffers: sealed.Opening(sealed.lowest),
    },
    group="open_closed",
    start=start,
    agenda=agenda,
    step=step,
    most=most,
    edited_once_started=False,
    # Whatever moves the end, or takes a bid back, would meet a cut-off that nobody knows.
    refuses=(
        "lot_order",
        "guard.block",
        "soft_close.window",
        "feedback.hide_ranks_last",
        "withdrawal.allowed",
        "buyer_extension.times",
        "scoring",
    ),
    problems=problems,
)
