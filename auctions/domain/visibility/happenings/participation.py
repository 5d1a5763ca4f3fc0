"""What is told of who takes part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.visibility.happenings.look import Body, Look, View
from auctions.domain.visibility.table import Field


def _of_seat(
    look: Look,
    event: ev.SeatAdmitted | ev.SeatRemoved | ev.SeatDisqualified | ev.SeatRequalified,
) -> Body | None:
    if not look.may(Field.SEATS, owner=event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _terms_accepted(look: Look, event: ev.TermsAccepted) -> Body | None:
    if not look.may(Field.SEATS, owner=event.seat):
        return None
    return {
        "seat": look.name(event.seat),
        "version": event.version,
        "terms_hash": event.terms_hash,
    }


def _scoring_set(look: Look, event: ev.ScoringSet) -> Body | None:
    if not look.may(Field.SCORING, event.lot, event.seat):
        return None
    return {**to_body(event), "seat": look.name(event.seat)}


def _prices_declared(look: Look, event: ev.PricesDeclared) -> Body | None:
    if not look.may(Field.PRICES, owner=event.seat):
        return None
    body: Body = {
        "seat": look.name(event.seat),
        "currency": event.currency,
        "vat": to_body(event.vat),
    }
    return {**body, "ref": event.ref} if event.seat == look.viewer.seat else body


VIEWS: Mapping[type[Any], View] = {
    ev.SeatAdmitted: _of_seat,
    ev.SeatRemoved: _of_seat,
    ev.TermsAccepted: _terms_accepted,
    ev.ScoringSet: _scoring_set,
    ev.PricesDeclared: _prices_declared,
    ev.SeatDisqualified: _of_seat,
    ev.SeatRequalified: _of_seat,
}
