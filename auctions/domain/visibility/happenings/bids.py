"""What is told of open bids, of their withdrawal and of unlocking."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from auctions.domain import events as ev
from auctions.domain import money
from auctions.domain.codec import to_body
from auctions.domain.state import Offer
from auctions.domain.visibility.happenings.look import Body, Look, View
from auctions.domain.visibility.table import Field


def _bid_placed(look: Look, event: ev.BidPlaced) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    own = {"ref": event.ref} if event.seat == look.viewer.seat else {}
    return {**_bid(look, event), **own}


def _bid(look: Look, event: ev.BidPlaced) -> Body:
    body: Body = {
        "lot": event.lot,
        "seat": look.name(event.seat),
        "amount": to_body(event.amount),
        "prebid": event.prebid,
        "received_at": to_body(event.received_at),
    }
    if event.seat != look.viewer.seat and event.seat in look.state.lots[event.lot].money:
        body |= in_both(look, event.lot, event.seat, event.amount)
    return body


def _automatic(look: Look, event: ev.AutomaticBidPlaced) -> Body | None:
    """To everybody but its owner a bid as any other."""
    body = _bid_placed(look, event)
    if body is None:
        return None
    own = {"automatic": True} if event.seat == look.viewer.seat else {}
    return {**body, **own, "kind": ev.BidPlaced.kind}


def _by_surrogate(look: Look, event: ev.SurrogateBidPlaced) -> Body | None:
    """A bid, marked; the reason to its owner and to the neutral office that placed it."""
    party = look.may(Field.SURROGATE, event.lot, event.seat)
    if not party and not look.may(Field.BID, event.lot, event.seat):
        return None
    return {
        **_bid(look, event),
        **({"reason": event.reason} if party else {}),
        "surrogate": True,
        "kind": ev.BidPlaced.kind,
    }


def _surrogate(look: Look, event: ev.SurrogateApproved | ev.SurrogateEnded) -> Body | None:
    if not look.may(Field.SURROGATE, event.lot, event.seat):
        return None
    body: Body = {
        "lot": event.lot,
        "seat": look.name(event.seat),
        "received_at": to_body(event.received_at),
    }
    body |= _currency_of(look, event.lot, event.seat)
    if isinstance(event, ev.SurrogateApproved):
        body["amount"] = to_body(event.amount)
    if event.seat == look.viewer.seat:
        body["ref"] = event.ref
    return body


def _limit(look: Look, event: ev.BidLimitSet | ev.BidLimitEnded) -> Body | None:
    """That there is a limit nobody but its owner is told, and nobody which."""
    if event.seat != look.viewer.seat or not look.may(Field.OWN_LIMITS, event.lot, event.seat):
        return None
    return {"lot": event.lot, "received_at": to_body(event.received_at), "ref": event.ref}


def _never(look: Look, event: Any) -> Body | None:
    """The standing tells whoever may know; else it stands in the exported ledger."""
    return None


def in_both(look: Look, lot: int, seat: str, amount: Decimal | None) -> Body:
    """The currency of another's amount, and what it is on the common basis."""
    there = look.state.lots[lot]
    value = None if amount is None else money.told_value(look.state, there, seat, amount)
    return {"currency": money.currency_of(look.state, seat), "value": to_body(value)}


def _withdrawal_requested(look: Look, event: ev.WithdrawalRequested) -> Body | None:
    # To everybody else the pause that follows says that there is one.
    if not look.may(Field.WITHDRAWAL, event.lot, event.seat):
        return None
    return {
        "lot": event.lot,
        "seat": look.name(event.seat),
        "amount": _amount_of(look, event.lot, event.seat),
        "received_at": to_body(event.received_at),
        **_currency_of(look, event.lot, event.seat),
    }


def _currency_of(look: Look, lot: int, seat: str) -> Body:
    """Of an amount that is not in the auction's own money."""
    if seat not in look.state.lots[lot].money:
        return {}
    return {"currency": money.currency_of(look.state, seat)}


def _amount_of(look: Look, lot: int, seat: str) -> Any:
    mine = look.before.lots[lot].seats.get(seat)
    best: Offer | None = None if mine is None else mine.best
    return None if best is None else to_body(best.amount)


def _withdrawal_decided(look: Look, event: ev.WithdrawalDecided) -> Body | None:
    if look.may(Field.WITHDRAWAL, event.lot, event.seat):
        return {
            "lot": event.lot,
            "seat": look.name(event.seat),
            "amount": _amount_of(look, event.lot, event.seat),
            "approved": event.approved,
            "reason": event.reason,
            "by": event.by.value,
            **_currency_of(look, event.lot, event.seat),
        }
    if not look.may(Field.WITHDRAWAL_RESULT, event.lot):
        return None
    # Before a lot starts a pre-bid comes back unseen, and nobody else is told of it.
    if not look.state.lots[event.lot].started:
        return None
    return {"lot": event.lot, "approved": event.approved}


def _unlock(look: Look, event: ev.UnlockRequested | ev.UnlockDecided) -> Body | None:
    if not look.may(Field.UNLOCK, event.lot, event.seat):
        return None
    own = _currency_of(look, event.lot, event.seat)
    return {**to_body(event), "seat": look.name(event.seat), **own}


VIEWS: Mapping[type[Any], View] = {
    ev.BidPlaced: _bid_placed,
    ev.AutomaticBidPlaced: _automatic,
    ev.BidLines: _never,
    ev.SurrogateBidPlaced: _by_surrogate,
    ev.SurrogateApproved: _surrogate,
    ev.SurrogateEnded: _surrogate,
    ev.BidLimitSet: _limit,
    ev.BidLimitEnded: _limit,
    ev.BidLimitOpened: _never,
    ev.WithdrawalRequested: _withdrawal_requested,
    ev.WithdrawalDecided: _withdrawal_decided,
    ev.UnlockRequested: _unlock,
    ev.UnlockDecided: _unlock,
}
