"""The ledger keeps what happened: which command, received when, must have led to an entry?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from auctions.domain import commands as cmd
from auctions.domain import events as ev
from auctions.domain.machine import due
from auctions.domain.state import AuctionState
from auctions.ledger.replay_lines import prices_behind
from auctions.ledger.replay_steps import Asked, Step

_REF = "replay"
# A seat's envelopes, and those it took back.
SEALED = (
    ev.SealedOfferPlaced
    | ev.SealedOfferWithdrawn
    | ev.SealedPackagePlaced
    | ev.SealedPackageWithdrawn
)


def candidates(state: AuctionState, steps: Sequence[Step], place: int) -> Iterator[Asked]:
    """The commands that may have begun the entry at ``place``, the likeliest first."""
    event = steps[place].event
    if isinstance(event, SEALED):
        yield _of_round(state, event), event.received_at, None
    yield from made(event, steps, place)
    if isinstance(event, ev.WithdrawalRequested):
        asked = cmd.Withdraw(event.seat, event.lot, event.ref)
        yield asked, event.received_at, _line(steps, place)
    if isinstance(event, ev.OffersOpened):
        yield _opening(state, event, steps), event.at, None
    if isinstance(event, ev.SeedsRevealed):
        seeds = cmd.RevealSeeds(event.platform_seed, event.auditor_seed, _reserves(steps))
        yield seeds, event.at, None
    for command in _commands_of_officers(event):
        for at in _moments(state, steps, place):
            yield command, at, None
    moment = due(state)
    if moment is not None:
        yield cmd.Tick(moment, _reserves(steps)), moment, None


def _of_round(state: AuctionState, event: SEALED) -> cmd.Command:
    """The entry keeps no round: it was that under way, or there are none."""
    lot = state.lots.get(getattr(event, "lot", 1))  # packages are of all lots alike
    named = None if lot is None or lot.rounds is None else lot.rounds.round
    if isinstance(event, ev.SealedPackagePlaced):
        return cmd.PlaceSealedPackage(event.seat, event.package, event.envelope, event.ref, named)
    if isinstance(event, ev.SealedPackageWithdrawn):
        return cmd.WithdrawPackage(event.seat, event.package, event.ref, named)
    if isinstance(event, ev.SealedOfferPlaced):
        return cmd.PlaceSealedOffer(event.seat, event.lot, event.envelope, event.ref, named)
    return cmd.Withdraw(event.seat, event.lot, event.ref, named)


def _line(steps: Sequence[Step], place: int) -> datetime | None:
    """When the lot stands still for the withdrawal at ``place``, told by the pause behind it."""
    following = steps[place + 1].event if place + 1 < len(steps) else None
    return following.at if isinstance(following, ev.LotPaused) else None


def made(event: ev.Event | None, steps: Sequence[Step], place: int) -> Iterable[Asked]:
    """The command that an entry of its own kind tells all of."""
    if type(event) is ev.BidPlaced:
        return _bid(event, prices_behind(steps, place))
    make = _MAKERS.get(type(event))
    found: Iterable[Asked] = () if make is None else make(event)
    return found


def _bid(event: ev.BidPlaced, prices: tuple[Decimal, ...] | None) -> tuple[Asked]:
    retyped = event.amount if event.retyped else None
    command = cmd.PlaceBid(event.seat, event.lot, event.amount, event.ref, retyped, prices)
    return ((command, event.received_at, None),)


def _opening(state: AuctionState, event: ev.OffersOpened, steps: Sequence[Step]) -> cmd.OpenOffers:
    told = _reserves(steps)
    ended = {step.event.lot for step in steps if isinstance(step.event, ev.LotClosed)}
    called_off = any(isinstance(step.event, ev.Cancelled | ev.Annulled) for step in steps)
    lots = range(1, len(state.rules.lots) + 1)
    return cmd.OpenOffers(
        event.auditor_key,
        event.office_key,
        event.office_means,
        told,
        # No lot that was closed keeps its reserve to itself.
        tuple(number for number in lots if number not in ended) if called_off else None,
        event.office_by,
    )


_MAKERS: dict[type[Any], Any] = {
    ev.BidLimitSet: lambda e: [
        (
            cmd.SetBidLimit(
                e.seat, e.lot, e.commitment, e.ref, True if e.retyped else None, e.sealed
            ),
            e.received_at,
            None,
        )
    ],
    ev.BidLimitEnded: lambda e: [(cmd.EndBidLimit(e.seat, e.lot, e.ref), e.received_at, None)],
    ev.LevelAccepted: lambda e: [
        (cmd.AcceptLevel(e.seat, e.lot, e.level, e.ref), e.received_at, None)
    ],
    ev.UnlockRequested: lambda e: [
        (cmd.RequestUnlock(e.seat, e.lot, e.amount, e.ref), e.received_at, None)
    ],
    ev.SurrogateApproved: lambda e: [
        (
            cmd.ApproveSurrogate(e.seat, e.lot, e.amount, e.ref, e.amount if e.retyped else None),
            e.received_at,
            None,
        )
    ],
    ev.SurrogateEnded: lambda e: [(cmd.EndSurrogate(e.seat, e.lot, e.ref), e.received_at, None)],
    ev.SurrogateBidPlaced: lambda e: [
        (
            cmd.PlaceSurrogateBid(e.seat, e.lot, e.amount, e.reason, e.by, e.ref),
            e.received_at,
            None,
        )
    ],
    ev.TermsAccepted: lambda e: [
        (cmd.AcceptTerms(e.seat, e.version, e.terms_hash, e.ref), e.received_at, None)
    ],
    ev.MessagePosted: lambda e: [
        (cmd.PostMessage(e.sender, e.to, e.text, e.ref), e.received_at, None)
    ],
    ev.OfferTakenBack: lambda e: [(cmd.Withdraw(e.seat, e.lot, e.ref), e.received_at, None)],
    ev.LotPaused: lambda e: [(cmd.Pause(e.reason, e.by, _REF), e.at, None)],
    ev.ConnectionsLost: lambda e: [(cmd.ReportLoss(e.bidders, e.lost), e.at, None)],
    ev.ConnectionsBack: lambda e: [(cmd.ReportReturn(e.back), e.at, None)],
    ev.Cancelled: lambda e: [(cmd.Cancel(e.reason, e.by, _REF), e.at, None)],
    ev.Annulled: lambda e: [(cmd.Annul(e.reason, e.by, _REF), e.at, None)],
    ev.SeatDisqualified: lambda e: [(cmd.Disqualify(e.seat, e.reason, e.by, _REF), e.at, None)],
    ev.SeatRequalified: lambda e: [(cmd.Requalify(e.seat, e.reason, e.by, _REF), e.at, None)],
    ev.PricesDeclared: lambda e: [
        (cmd.DeclarePrices(e.seat, e.currency, e.vat, e.ref), e.received_at, None)
    ],
    ev.ScoringSet: lambda e: [(cmd.SetScoring(e.seat, e.lot, e.values, e.by, _REF), e.at, None)],
    ev.SealingKeySet: lambda e: [(cmd.SetSealingKey(e.holder, e.public_key), e.at, None)],
    ev.RoundKeysSet: lambda e: [(cmd.SetRoundKeys(e.holder, e.public_keys), e.at, None)],
    ev.SeedCommitted: lambda e: [(cmd.CommitSeed(e.holder, e.commitment), e.at, None)],
    ev.KeyHandedOver: lambda e: [(cmd.HandOverKey(e.means, e.by), e.at, None)],
    ev.AwardRecorded: lambda e: [
        (cmd.RecordAward(e.lot, e.seat, e.amount, e.reason, _REF), e.at, None)
    ],
}


def _commands_of_officers(event: ev.Event | None) -> Iterator[cmd.Command]:
    """Commands whose own moment no entry keeps."""
    if isinstance(event, ev.SeatAdmitted):
        yield cmd.AdmitSeat(event.seat)
    elif isinstance(event, ev.SeatRemoved):
        yield cmd.RemoveSeat(event.seat, event.reason, event.declined)
    elif isinstance(event, ev.ResumeAnnounced | ev.PauseLifted):
        yield cmd.Resume(cmd.Officer.BUYER, _REF)
    elif isinstance(event, ev.BuyerExtended):
        yield cmd.Extend(event.lot, event.length, event.by, _REF)
    elif isinstance(event, ev.WithdrawalDecided):
        yield cmd.DecideWithdrawal(event.lot, event.approved, event.reason, event.by, _REF)
    elif isinstance(event, ev.UnlockDecided):
        yield cmd.DecideUnlock(event.lot, event.seat, event.approved, event.reason, event.by, _REF)
    elif isinstance(event, ev.TermsChanged):
        yield cmd.ChangeTerms(event.terms, event.by, _REF, event.extensions_kept)


def _moments(state: AuctionState, steps: Sequence[Step], place: int) -> Iterator[datetime]:
    """When such a command may have been received, told by what it led to; then by its record."""
    rules = state.rules
    for step in steps[place : place + 2 + 2 * len(state.lots)]:
        event = step.event
        if isinstance(event, ev.PauseLifted):
            yield event.at
        elif isinstance(event, ev.ResumeAnnounced):
            yield event.resumes_at - rules.resume_notice
        elif isinstance(event, ev.TermsChanged):
            yield event.consent_until - rules.consent_time
    for step in (steps[place], steps[place - 1]):
        if step.recorded_at is not None:
            yield step.recorded_at


def _reserves(steps: Sequence[Step]) -> tuple[cmd.OpenedReserve, ...]:
    return tuple(
        cmd.OpenedReserve(step.event.lot, step.event.salt, step.event.amount)
        for step in steps
        if isinstance(step.event, ev.ReserveOpened)
    )
