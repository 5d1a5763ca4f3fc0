"""Deciding everything again: is each opened entry what the rules lead to, and who won?

The ledger keeps what happened, not the commands. For every entry that begins something, the
command that must have led to it is made from the entry and handed to ``decide`` with the state
before; what it says must be exactly the entries that follow. Refused attempts are decided again in
the state they met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.draft import Limits
from auctions.domain.formats import sealed, sealed_rounds
from auctions.domain.machine import decide, evolve
from auctions.domain.refusals import Refusal
from auctions.domain.rules import packages, packages_in_rounds
from auctions.domain.rules.automatic_bids import LimitClosed
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.terms_check import check_kept_terms
from auctions.ledger.codec import ATTEMPT_REFUSED, Attempt
from auctions.ledger.replay_commands import candidates, made
from auctions.ledger.replay_limits import BY_THE_LIMIT, check_own_automatic, limits_told
from auctions.ledger.replay_lines import (
    check_prices,
    prices_behind,
    prices_closed,
    without_lines,
)
from auctions.ledger.replay_sealing import check_keys
from auctions.ledger.replay_seeds import check_seeds
from auctions.ledger.replay_steps import MISFITS, ReplayFailed, Step, decided_again, fitting
from auctions.ledger.replay_surrogates import SURROGATE, check_own_surrogate, without_lead
from kernel import sealing


def replay_all(
    steps: Sequence[Step],
    attempts: Mapping[int, Sequence[tuple[int, Attempt]]],
    own: str | None = None,
) -> AuctionState:
    """Decide every entry again; closed ones count as private messages, which change nothing.

    ``attempts`` are those refused, by the entry after which they were, each with its own number;
    ``own`` is the seat for which the export was made, to which no entry of its own may be closed.
    Raises ReplayFailed; for an attempt :class:`AttemptFailed`.
    """
    state = _genesis(steps)
    limits = limits_told(steps)
    place = 1
    waiting = dict(attempts)
    _again(state, waiting.pop(1, ()), limits)
    while place < len(steps):
        step = steps[place]
        if step.event is None:
            state = replace(state, seq=step.seq)
            place += 1
        else:
            with fitting(step.seq):
                for event in _decided(state, steps, place, limits, own):
                    seq = steps[place].seq
                    state = replace(state, seq=seq) if event is None else evolve(state, event, seq)
                    place += 1
        _again(state, waiting.pop(state.seq, ()), limits)
    for (number, _), *_rest in (found for after, found in waiting.items() if after and found):
        raise AttemptFailed(number, "it names an entry after which nothing could be decided")
    return state


def replay_own(steps: Sequence[Step], seat: str) -> AuctionState:
    """Decide again what one seat can: its own bids, by the public terms and the opened phases.

    Where the terms measure a bid by the lead, others' bids decide too: those checks alone are left
    out. Raises ReplayFailed.
    """
    state = _genesis(steps)
    limits = limits_told(steps)
    rules = state.rules
    lead_matters = (
        rules.basis != "own" or rules.ties == "forbid_lead" or rules.front_buffer is not None
    )
    for place, step in enumerate(steps[1:], start=1):
        event = step.event
        if event is None:
            state = replace(state, seq=step.seq)
            continue
        with fitting(step.seq):
            if isinstance(event, SURROGATE) and event.seat == seat:
                (asked,) = made(event, steps, place)
                check_own_surrogate(state, event, asked, step.seq, lead_matters=lead_matters)
            elif isinstance(event, ev.AutomaticBidPlaced) and event.seat == seat:
                check_own_automatic(state, event, limits, step.seq, lead_matters=lead_matters)
            elif isinstance(event, ev.BidPlaced | ev.LevelAccepted) and event.seat == seat:
                (asked,) = made(event, steps, place)
                judged = replace(state, terms=without_lead(state.rules)) if lead_matters else state
                if decided_again(judged, asked, step.seq, limits)[:1] != (event,):
                    raise ReplayFailed(step.seq, "the rules lead to another entry")
            if isinstance(event, ev.TermsChanged) and event.terms.digest() != event.terms_hash:
                raise ReplayFailed(
                    step.seq, "the terms do not have the hash that stands beside them"
                )
            _check_opened(state, event, steps, place)
            check_prices(state, steps, place)
            check_seeds(state, steps, place, seat)
            check_keys(state, steps, place, seat)
            state = evolve(state, event, step.seq)
    return state


def _check_opened(state: AuctionState, event: ev.Event, steps: Sequence[Step], place: int) -> None:
    """Decrypt one's own sealed offer again with the published keys."""
    seq = steps[place].seq
    if isinstance(event, ev.PackageOpened | ev.DiscountOpened | ev.PackageRejected):
        _check_package(state, event, seq)
    if not isinstance(event, ev.OfferOpened | ev.OfferRejected):
        return
    keys, lot = state.sealing, state.lots.get(event.lot)
    mine = None if lot is None or lot.sealed is None else lot.sealed.offers.get(event.seat)
    if keys is None or mine is None or mine.seq != event.offer:
        raise ReplayFailed(seq, "it opens an offer that is not there")
    try:
        secrets = bytes.fromhex(keys.auditor_secret), bytes.fromhex(keys.office_secret)
        opener = sealing.Opener(*secrets)
        asked = state, event.lot, event.seat, mine.envelope
        if lot is not None and lot.rounds is not None:
            found = sealed_rounds.read_offer(*asked, opener)
        else:
            found = sealed.read_offer(*asked, opener)
    except ValueError as error:
        raise ReplayFailed(seq, "the published keys are none") from error
    told = event.amount if isinstance(event, ev.OfferOpened) else event.reason
    if (found if isinstance(found, str) else found.amount) != told:
        raise ReplayFailed(seq, "the envelope holds something else")
    if not isinstance(found, str) and found.prices != prices_behind(steps, place):
        raise ReplayFailed(seq + 1, "the unit prices are not those of the envelope")


def _check_package(
    state: AuctionState,
    event: ev.PackageOpened | ev.DiscountOpened | ev.PackageRejected,
    seq: int,
) -> None:
    """The same of a package or a discount."""
    number = packages.DISCOUNT if isinstance(event, ev.DiscountOpened) else event.package
    mine = packages.of_seat(state, event.seat).offers.get(number)
    if state.sealing is None or mine is None or mine.seq != event.offer:
        raise ReplayFailed(seq, "it opens a package that is not there")
    try:
        opener = sealing.Opener(
            bytes.fromhex(state.sealing.auditor_secret), bytes.fromhex(state.sealing.office_secret)
        )
        found = packages.read(state.rules, event.seat, number, mine.envelope, opener)
        if state.rules.sealed_rounds is not None:
            found = packages_in_rounds.judged(state, event.seat, number, found)
    except ValueError as error:
        raise ReplayFailed(seq, "the published keys are none") from error
    if packages.opened(state.rules, event.seat, number, mine.seq, found) != event:
        raise ReplayFailed(seq, "the envelope holds something else")


class AttemptFailed(ReplayFailed):
    """A refused attempt would not have been refused so."""


def _genesis(steps: Sequence[Step]) -> AuctionState:
    first = steps[0].event if steps else None
    if not isinstance(first, ev.Opened):
        raise ReplayFailed(1, "the first entry must be the opening with the terms")
    if first.terms.digest() != first.terms_hash:
        raise ReplayFailed(1, "the terms do not have the hash that stands beside them")
    try:
        found = check_kept_terms(first.terms)
    except MISFITS as error:
        raise ReplayFailed(1, "terms that no auction may have") from error
    for problem in found:
        raise ReplayFailed(1, f"terms that no auction may have: {problem.code}")
    return evolve(EMPTY, first, 1)


def _decided(
    state: AuctionState, steps: Sequence[Step], place: int, limits: Limits, own: str | None
) -> tuple[ev.Event | None, ...]:
    """The events of the command that the entry at ``place`` begins; None for one that is closed.

    Where none fits, the entry is named at which the likeliest command would have gone on otherwise.
    """
    agreed, why = 0, "nothing in the rules leads to it"
    closed = prices_closed(state, steps, place, own)
    judged = without_lines(state) if closed else state
    for asked in candidates(state, steps, place):
        found: tuple[ev.Event | None, ...]
        try:
            found = decide(judged, *asked, limits)
        except Refusal as refusal:
            why = f"the rules refuse it: {refusal.code}" if not agreed else why
            continue
        except MISFITS as error:
            why = str(error) if not agreed else why
            continue
        if closed:
            found = (*found[:1], None, *found[1:])
        following = tuple(step.event for step in steps[place : place + len(found)])
        if found and following == found:
            return found
        common = _agreed(found, following)
        if common > agreed:
            agreed, why = common, "the rules lead to another entry here"
    raise ReplayFailed(steps[place].seq + agreed, why)


def _agreed(found: Sequence[ev.Event | None], following: Sequence[ev.Event | None]) -> int:
    """How many events from the start are the same."""
    for number, (mine, theirs) in enumerate(zip(found, following, strict=False)):
        if mine != theirs:
            return number
    return min(len(found), len(following))


def _again(state: AuctionState, refused: Sequence[tuple[int, Attempt]], limits: Limits) -> None:
    """Decide again what was refused in this state."""
    for number, attempt in refused:
        if attempt.kind != ATTEMPT_REFUSED or attempt.command is None:
            continue
        if not attempt.code.startswith("auction."):
            continue  # refused before the rules were asked
        try:
            decide(state, attempt.command, attempt.received_at, None, limits)
        except LimitClosed:
            # A limit that was refused is never opened: only what it says itself stays unchecked.
            if attempt.code not in BY_THE_LIMIT:
                why = "the rules refuse no limit for that here"
                raise AttemptFailed(number, why) from None
        except Refusal as refusal:
            if refusal.code != attempt.code:
                raise AttemptFailed(number, f"the rules refuse it as {refusal.code}") from refusal
            said = to_body(refusal.data)
            if any((attempt.data or {}).get(name) != said[name] for name in said):
                raise AttemptFailed(number, "the rules refuse it with other data") from refusal
        except MISFITS as error:
            raise AttemptFailed(number, "it cannot be decided again") from error
        else:
            raise AttemptFailed(number, "the rules accept it")
