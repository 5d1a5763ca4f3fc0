"""What a viewer is told of one event: never dropped, and never more than the table grants.

A view is a flat canonical value: ``kind`` as in the ledger, then the event's fields that are
granted. Amounts are decimal strings, moments UTC text. It never holds ``seq``, which would tell
how much happened to others.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from auctions.domain import events as ev
from auctions.domain import outcome
from auctions.domain.codec import to_body
from auctions.domain.commands import BUYER, EVERYONE
from auctions.domain.events import DeadlineCause, Event
from auctions.domain.formats.turns import on_turn
from auctions.domain.state import AuctionState, LotState, Offer
from auctions.domain.terms import Disclosure
from auctions.domain.visibility.table import Aliases, Field, Role, Viewer, granted, label
from auctions.domain.visibility.turns import number_of
from kernel.sealing import fingerprint

Body = dict[str, Any]


class _Look:
    """One viewer looking at the state after one event."""

    __slots__ = ("_alias", "before", "state", "viewer")

    def __init__(
        self, before: AuctionState, state: AuctionState, viewer: Viewer, alias: Aliases
    ) -> None:
        self.before, self.state, self.viewer, self._alias = before, state, viewer, alias

    def may(self, field: Field, lot: int | None = None, owner: str | None = None) -> bool:
        return granted(field, self.viewer, self.state, self.lot(lot), owner)

    def lot(self, number: int | None) -> LotState | None:
        return None if number is None else self.state.lots[number]

    def name(self, seat: str | None) -> str | None:
        return None if seat is None else label(self.viewer, self.state, seat, self._alias)


def event_view(
    before: AuctionState,
    after: AuctionState,
    event: Event,
    viewer: Viewer,
    *,
    alias: Aliases = str,
) -> Body | None:
    """What ``viewer`` is told of ``event``, which led from ``before`` to ``after``; or None."""
    look = _Look(before, after, viewer, alias)
    body = _VIEWS[type(event)](look, event)
    return None if body is None else {"kind": event.kind, **body}


def price_point(
    after: AuctionState, event: Event, viewer: Viewer, *, alias: Aliases = str
) -> Body | None:
    """A bid as a point of the price-time chart: the own ones, all, or those that took the lead.

    None where the viewer may not see it. ``seat`` is None where it may not know whose it is.
    """
    if not isinstance(event, ev.BidPlaced | ev.LevelAccepted):
        return None
    lot = after.lots[event.lot]
    own = event.seat == viewer.seat
    seen = granted(Field.BID, viewer, after, lot, event.seat)
    if not seen:
        if not granted(Field.LEAD, viewer, after, lot):
            return None
        first = outcome.leader(lot)
        if first is None or first[0] != event.seat:
            return None
    prebid = isinstance(event, ev.BidPlaced) and event.prebid
    offer = Offer(event.amount, after.seq, event.received_at, prebid)
    told = event.amount if seen else outcome.as_told(after, viewer.seat, lot, event.seat, offer)
    if told is None:
        return None
    return {
        "lot": event.lot,
        "at": to_body(event.received_at),
        "amount": to_body(told),
        "seat": label(viewer, after, event.seat, alias) if seen else None,
        "own": own,
    }


def price_told(state: AuctionState, number: int, viewer: Viewer) -> Decimal | None:
    """A closed lot's price as this viewer may know it: to another bidder, in its own terms."""
    lot = state.lots[number]
    if not granted(Field.PRICE, viewer, state, lot, lot.winner):
        return None
    told_all = state.rules.disclosure is Disclosure.PUBLIC
    if lot.winner is None or viewer.role not in (Role.SUPPLIER, Role.OBSERVER) or told_all:
        return lot.price
    offer = lot.seats[lot.winner].best
    if not lot.scoring or offer is None:
        return lot.price
    return outcome.as_told(state, viewer.seat, lot, lot.winner, offer)


def _all_of_it(field: Field) -> Callable[[_Look, Any], Body | None]:
    """Every field of the event, to whom the table grants ``field``."""

    def view(look: _Look, event: Any) -> Body | None:
        if not look.may(field, getattr(event, "lot", None)):
            return None
        body: Body = to_body(event)
        return body

    return view


_clock = _all_of_it(Field.CLOCK)
_connections = _all_of_it(Field.CONNECTIONS)
_end = _all_of_it(Field.OUTCOME)


def _opened(look: _Look, event: ev.Opened) -> Body | None:
    return {"reference": event.reference, "title": event.title, "terms_hash": event.terms_hash}


def _of_seat(
    look: _Look,
    event: ev.SeatAdmitted | ev.SeatRemoved | ev.SeatDisqualified | ev.SeatRequalified,
) -> Body | None:
    if not look.may(Field.SEATS, owner=event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _terms_accepted(look: _Look, event: ev.TermsAccepted) -> Body | None:
    if not look.may(Field.SEATS, owner=event.seat):
        return None
    return {
        "seat": look.name(event.seat),
        "version": event.version,
        "terms_hash": event.terms_hash,
    }


def _bid_placed(look: _Look, event: ev.BidPlaced) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    body: Body = {
        "lot": event.lot,
        "seat": look.name(event.seat),
        "amount": to_body(event.amount),
        "prebid": event.prebid,
        "received_at": to_body(event.received_at),
    }
    if event.seat == look.viewer.seat:
        body["ref"] = event.ref
    return body


def _level_accepted(look: _Look, event: ev.LevelAccepted) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    body: Body = {**to_body(event), "seat": look.name(event.seat)}
    if event.seat != look.viewer.seat:
        del body["ref"]
    return body


def _dropped_out(look: _Look, event: ev.DroppedOut) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _deadline_moved(look: _Look, event: ev.DeadlineMoved) -> Body | None:
    if not look.may(Field.CLOCK, event.lot):
        return None
    body: Body = to_body(event)
    if event.cause is DeadlineCause.UNLOCK_PENDING and not look.may(Field.UNLOCK, event.lot):
        body["cause"] = None  # it would tell that somebody is about to drop far
    return body


def _withdrawal_requested(look: _Look, event: ev.WithdrawalRequested) -> Body | None:
    # To everybody else the pause that follows says that there is one.
    if not look.may(Field.WITHDRAWAL, event.lot, event.seat):
        return None
    return {
        "lot": event.lot,
        "seat": look.name(event.seat),
        "amount": _amount_of(look, event.lot, event.seat),
        "received_at": to_body(event.received_at),
    }


def _amount_of(look: _Look, lot: int, seat: str) -> Any:
    mine = look.before.lots[lot].seats.get(seat)
    best: Offer | None = None if mine is None else mine.best
    return None if best is None else to_body(best.amount)


def _withdrawal_decided(look: _Look, event: ev.WithdrawalDecided) -> Body | None:
    if look.may(Field.WITHDRAWAL, event.lot, event.seat):
        return {
            "lot": event.lot,
            "seat": look.name(event.seat),
            "amount": _amount_of(look, event.lot, event.seat),
            "approved": event.approved,
            "reason": event.reason,
            "by": event.by.value,
        }
    if not look.may(Field.WITHDRAWAL_RESULT, event.lot):
        return None
    # Before a lot starts a pre-bid comes back unseen, and nobody else is told of it.
    if not look.state.lots[event.lot].started:
        return None
    return {"lot": event.lot, "approved": event.approved}


def _unlock(look: _Look, event: ev.UnlockRequested | ev.UnlockDecided) -> Body | None:
    if not look.may(Field.UNLOCK, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _terms_changed(look: _Look, event: ev.TermsChanged) -> Body | None:
    if not look.may(Field.TERMS):
        return None
    return {
        "version": event.terms.version,
        "terms_hash": event.terms_hash,
        "consent_until": to_body(event.consent_until),
    }


def _message_posted(look: _Look, event: ev.MessagePosted) -> Body | None:
    seat = event.to if event.sender == BUYER else event.sender
    to_all = event.to == EVERYONE
    if not (look.may(Field.MESSAGE_TO_ALL) if to_all else look.may(Field.MESSAGE, owner=seat)):
        return None
    return {
        "sender": BUYER if event.sender == BUYER else look.name(event.sender),
        "to": event.to if event.to in (BUYER, EVERYONE) else look.name(event.to),
        "text": event.text,
        "received_at": to_body(event.received_at),
    }


def _reserve_opened(look: _Look, event: ev.ReserveOpened) -> Body | None:
    # The entry stands just before the lot's close: what is published after it comes with that.
    return to_body(event) if look.may(Field.RESERVE, event.lot) else None


def _lot_closed(look: _Look, event: ev.LotClosed) -> Body | None:
    body: Body = {
        "lot": event.lot,
        "at": to_body(event.at),
        "outcome": event.outcome.value,
        "seat": look.name(event.seat) if look.may(Field.WINNER, event.lot) else None,
        "amount": to_body(price_told(look.state, event.lot, look.viewer)),
    }
    if look.may(Field.RESERVE, event.lot):
        body["reserve"] = to_body(look.state.lots[event.lot].reserve)
    own = look.viewer.seat
    if own is not None and look.may(Field.WON, event.lot, own):
        body["won"] = event.seat == own
        if look.may(Field.RANK, event.lot, own):
            ranked = outcome.ranking(look.state, event.lot)
            body["rank"] = next((one.rank for one in ranked if one.seat == own), None)
    return body


def _winner_changed(look: _Look, event: ev.WinnerChanged) -> Body | None:
    body: Body = {
        "lot": event.lot,
        "at": to_body(event.at),
        "outcome": event.outcome.value,
        "seat": look.name(event.seat) if look.may(Field.WINNER, event.lot) else None,
        "amount": to_body(price_told(look.state, event.lot, look.viewer)),
    }
    own = look.viewer.seat
    if own is not None and look.may(Field.WON, event.lot, own):
        body["won"] = event.seat == own
    return body


def _scoring_set(look: _Look, event: ev.ScoringSet) -> Body | None:
    if not look.may(Field.SCORING, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _award_recorded(look: _Look, event: ev.AwardRecorded) -> Body | None:
    own = look.viewer.seat
    if own is not None:
        if not look.may(Field.WON, event.lot, own):
            return None
        return {"lot": event.lot, "awarded": event.seat == own}
    if not look.may(Field.WINNER, event.lot):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _sealed_offer(
    look: _Look, event: ev.SealedOfferPlaced | ev.SealedOfferWithdrawn
) -> Body | None:
    if not look.may(Field.SEALED_OFFER, event.lot, event.seat):
        return None
    body: Body = {"lot": event.lot, "received_at": to_body(event.received_at), "ref": event.ref}
    if isinstance(event, ev.SealedOfferPlaced):
        body["fingerprint"] = fingerprint(bytes.fromhex(event.envelope))
    return body


def _lot_sealed(look: _Look, event: ev.LotSealed) -> Body | None:
    offers = event.offers if look.may(Field.SEALED_COUNT, event.lot) else None
    return {"lot": event.lot, "at": to_body(event.at), "offers": offers}


def _offers_opened(look: _Look, event: ev.OffersOpened) -> Body | None:
    # The private keys stand in the exported ledger alone.
    return {
        "at": to_body(event.at),
        "auditor_means": event.auditor_means.value,
        "office_means": event.office_means.value,
    }


def _offer_opened(look: _Look, event: ev.OfferOpened | ev.OfferRejected) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    body: Body = {"lot": event.lot, "seat": look.name(event.seat)}
    if isinstance(event, ev.OfferOpened):
        return {**body, "amount": to_body(event.amount)}
    return {**body, "reason": event.reason}


def _round_ordered(look: _Look, event: ev.RoundOrdered) -> Body | None:
    if not look.may(Field.TURNS, event.lot):
        return None
    lot = look.state.lots[event.lot]
    return {
        "lot": event.lot,
        "round": event.round,
        "order": [number_of(lot, seat) for seat in event.order],
        "amounts": to_body(event.amounts),
    }


def _stage_started(look: _Look, event: ev.StageStarted) -> Body | None:
    if not look.may(Field.TURNS, event.lot):
        return None
    lot = look.state.lots[event.lot]
    seat = on_turn(look.state, lot)
    return {
        **to_body(event),
        "number": None if seat is None else number_of(lot, seat),
        "yours": seat is not None and seat == look.viewer.seat,
    }


def _turn_ended(look: _Look, event: ev.TurnEnded) -> Body | None:
    if not look.may(Field.TURNS, event.lot):
        return None
    number = number_of(look.state.lots[event.lot], event.seat)
    body = {name: part for name, part in to_body(event).items() if name != "seat"}
    return {**body, "number": number, "yours": event.seat == look.viewer.seat}


def _offer_taken_back(look: _Look, event: ev.OfferTakenBack) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    body: Body = {
        "lot": event.lot,
        "seat": look.name(event.seat),
        "received_at": to_body(event.received_at),
    }
    if event.seat == look.viewer.seat:
        body["ref"] = event.ref
    return body


_VIEWS: dict[type[Any], Callable[[_Look, Any], Body | None]] = {
    ev.Opened: _opened,
    ev.SeatAdmitted: _of_seat,
    ev.SeatRemoved: _of_seat,
    ev.TermsAccepted: _terms_accepted,
    ev.PrebidOpened: _clock,
    ev.LotScheduled: _clock,
    ev.LotStarted: _clock,
    ev.BidPlaced: _bid_placed,
    ev.DeadlineMoved: _deadline_moved,
    ev.HardStopAnnounced: _clock,
    ev.RanksHidden: _clock,
    ev.LotPaused: _clock,
    ev.ResumeAnnounced: _clock,
    ev.PauseLifted: _clock,
    ev.LotResumed: _clock,
    ev.ConnectionsLost: _connections,
    ev.ConnectionsBack: _connections,
    ev.WithdrawalRequested: _withdrawal_requested,
    ev.WithdrawalDecided: _withdrawal_decided,
    ev.UnlockRequested: _unlock,
    ev.UnlockDecided: _unlock,
    ev.TermsChanged: _terms_changed,
    ev.MessagePosted: _message_posted,
    ev.ReserveOpened: _reserve_opened,
    ev.LotClosed: _lot_closed,
    ev.Closed: _end,
    ev.Cancelled: _end,
    ev.Annulled: _end,
    ev.BuyerExtended: _clock,
    ev.AwardRecorded: _award_recorded,
    ev.RoundOrdered: _round_ordered,
    ev.StageStarted: _stage_started,
    ev.TurnEnded: _turn_ended,
    ev.OfferTakenBack: _offer_taken_back,
    ev.ScoringSet: _scoring_set,
    ev.SeatDisqualified: _of_seat,
    ev.SeatRequalified: _of_seat,
    ev.WinnerChanged: _winner_changed,
    ev.SealingKeySet: _clock,
    ev.SealedOfferPlaced: _sealed_offer,
    ev.SealedOfferWithdrawn: _sealed_offer,
    ev.LotSealed: _lot_sealed,
    ev.KeyHandedOver: _clock,
    ev.OffersOpened: _offers_opened,
    ev.OfferOpened: _offer_opened,
    ev.OfferRejected: _offer_opened,
    ev.LevelOpened: _clock,
    ev.LevelAccepted: _level_accepted,
    ev.DroppedOut: _dropped_out,
}
