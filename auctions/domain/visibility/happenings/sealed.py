"""What is told of sealed offers and of their opening."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.visibility.happenings.bids import in_both
from auctions.domain.visibility.happenings.look import Body, Look, View, clock
from auctions.domain.visibility.table import Field
from kernel.sealing import fingerprint


def _sealed_offer(look: Look, event: ev.SealedOfferPlaced | ev.SealedOfferWithdrawn) -> Body | None:
    if not look.may(Field.SEALED_OFFER, event.lot, event.seat):
        return None
    body: Body = {"lot": event.lot, "received_at": to_body(event.received_at), "ref": event.ref}
    if isinstance(event, ev.SealedOfferPlaced):
        body["fingerprint"] = fingerprint(bytes.fromhex(event.envelope))
    return body


def _lot_sealed(look: Look, event: ev.LotSealed) -> Body | None:
    offers = event.offers if look.may(Field.SEALED_COUNT, event.lot) else None
    return {"lot": event.lot, "at": to_body(event.at), "offers": offers}


def _offers_opened(look: Look, event: ev.OffersOpened) -> Body | None:
    # The private keys stand in the exported ledger alone.
    body: Body = {
        "at": to_body(event.at),
        "auditor_means": event.auditor_means.value,
        "office_means": event.office_means.value,
    }
    roles = {"auditor_by": event.auditor_by, "office_by": event.office_by}
    return body | {name: role.value for name, role in roles.items() if role is not None}


def _offer_opened(look: Look, event: ev.OfferOpened | ev.OfferRejected) -> Body | None:
    if not look.may(Field.BID, event.lot, event.seat):
        return None
    body: Body = {"lot": event.lot, "seat": look.name(event.seat)}
    if isinstance(event, ev.OfferOpened):
        own = event.seat == look.viewer.seat or event.seat not in look.state.lots[event.lot].money
        both = {} if own else in_both(look, event.lot, event.seat, event.amount)
        return {**body, "amount": to_body(event.amount), **both}
    return {**body, "reason": event.reason}


VIEWS: Mapping[type[Any], View] = {
    ev.SealingKeySet: clock,
    ev.SealedOfferPlaced: _sealed_offer,
    ev.SealedOfferWithdrawn: _sealed_offer,
    ev.LotSealed: _lot_sealed,
    ev.KeyHandedOver: clock,
    ev.OffersOpened: _offers_opened,
    ev.OfferOpened: _offer_opened,
    ev.OfferRejected: _offer_opened,
}
