"""What is told of the auction and of its lots, in every format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain import outcome
from auctions.domain.codec import to_body
from auctions.domain.commands import BUYER, EVERYONE
from auctions.domain.events import DeadlineCause
from auctions.domain.visibility.happenings.look import Body, Look, View, clock, whole
from auctions.domain.visibility.happenings.points import price_told
from auctions.domain.visibility.table import Field

_end = whole(Field.OUTCOME)


def _opened(look: Look, event: ev.Opened) -> Body | None:
    return {"reference": event.reference, "title": event.title, "terms_hash": event.terms_hash}


def _deadline_moved(look: Look, event: ev.DeadlineMoved) -> Body | None:
    if not look.may(Field.CLOCK, event.lot):
        return None
    body: Body = to_body(event)
    if event.cause is DeadlineCause.UNLOCK_PENDING and not look.may(Field.UNLOCK, event.lot):
        body["cause"] = None  # it would tell that somebody is about to drop far
    return body


def _terms_changed(look: Look, event: ev.TermsChanged) -> Body | None:
    if not look.may(Field.TERMS):
        return None
    return {
        "version": event.terms.version,
        "terms_hash": event.terms_hash,
        "consent_until": to_body(event.consent_until),
    }


def _message_posted(look: Look, event: ev.MessagePosted) -> Body | None:
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


def _reserve_opened(look: Look, event: ev.ReserveOpened) -> Body | None:
    # The entry stands just before the lot's close: what is published after it comes with that.
    return to_body(event) if look.may(Field.RESERVE, event.lot) else None


def _lot_closed(look: Look, event: ev.LotClosed) -> Body | None:
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


def _winner_changed(look: Look, event: ev.WinnerChanged) -> Body | None:
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


def _award_recorded(look: Look, event: ev.AwardRecorded) -> Body | None:
    own = look.viewer.seat
    if own is not None:
        if not look.may(Field.WON, event.lot, own):
            return None
        return {"lot": event.lot, "awarded": event.seat == own}
    if not look.may(Field.WINNER, event.lot):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


VIEWS: Mapping[type[Any], View] = {
    ev.Opened: _opened,
    ev.PrebidOpened: clock,
    ev.LotScheduled: clock,
    ev.LotStarted: clock,
    ev.DeadlineMoved: _deadline_moved,
    ev.HardStopAnnounced: clock,
    ev.RanksHidden: clock,
    ev.TermsChanged: _terms_changed,
    ev.MessagePosted: _message_posted,
    ev.ReserveOpened: _reserve_opened,
    ev.LotClosed: _lot_closed,
    ev.Closed: _end,
    ev.Cancelled: _end,
    ev.Annulled: _end,
    ev.BuyerExtended: clock,
    ev.AwardRecorded: _award_recorded,
    ev.WinnerChanged: _winner_changed,
}
