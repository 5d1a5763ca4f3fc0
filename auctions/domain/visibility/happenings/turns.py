"""What is told of rounds in turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.formats.turns import on_turn
from auctions.domain.visibility.happenings.look import Body, Look, View
from auctions.domain.visibility.table import Field
from auctions.domain.visibility.turns import number_of


def _round_ordered(look: Look, event: ev.RoundOrdered) -> Body | None:
    if not look.may(Field.TURNS, event.lot):
        return None
    lot = look.state.lots[event.lot]
    return {
        "lot": event.lot,
        "round": event.round,
        "order": [number_of(lot, seat) for seat in event.order],
        "amounts": to_body(event.amounts),
    }


def _stage_started(look: Look, event: ev.StageStarted) -> Body | None:
    if not look.may(Field.TURNS, event.lot):
        return None
    lot = look.state.lots[event.lot]
    seat = on_turn(look.state, lot)
    return {
        **to_body(event),
        "number": None if seat is None else number_of(lot, seat),
        "yours": seat is not None and seat == look.viewer.seat,
    }


def _turn_ended(look: Look, event: ev.TurnEnded) -> Body | None:
    if not look.may(Field.TURNS, event.lot):
        return None
    number = number_of(look.state.lots[event.lot], event.seat)
    body = {name: part for name, part in to_body(event).items() if name != "seat"}
    return {**body, "number": number, "yours": event.seat == look.viewer.seat}


def _offer_taken_back(look: Look, event: ev.OfferTakenBack) -> Body | None:
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


VIEWS: Mapping[type[Any], View] = {
    ev.RoundOrdered: _round_ordered,
    ev.StageStarted: _stage_started,
    ev.TurnEnded: _turn_ended,
    ev.OfferTakenBack: _offer_taken_back,
}
