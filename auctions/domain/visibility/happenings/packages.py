"""What is told of packages and discounts, and of who wins which lots by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.visibility.happenings.look import Body, Look, View
from auctions.domain.visibility.table import Field
from kernel.sealing import fingerprint


def _sealed(look: Look, event: ev.SealedPackagePlaced | ev.SealedPackageWithdrawn) -> Body | None:
    if not look.may(Field.SEALED_OFFER, owner=event.seat):
        return None
    body: Body = {
        "package": event.package,
        "received_at": to_body(event.received_at),
        "ref": event.ref,
    }
    if isinstance(event, ev.SealedPackagePlaced):
        body["fingerprint"] = fingerprint(bytes.fromhex(event.envelope))
    return body


def _opened(
    look: Look, event: ev.PackageOpened | ev.DiscountOpened | ev.PackageRejected
) -> Body | None:
    if not look.may(Field.BID, owner=event.seat):
        return None
    body: Body = {**to_body(event), "seat": look.name(event.seat)}
    # The number of an entry would tell how much happened to others before it.
    del body["offer"]
    return body


def _allocated(look: Look, event: ev.ChoiceFound | ev.LotsAllocated) -> Body | None:
    # To the others each lot's close tells what they may know.
    if not look.may(Field.ALLOCATION):
        return None
    body: Body = to_body(event)
    for lot in body["lots"]:
        lot["seat"] = look.name(lot["seat"])
        del lot["offer"]
    for each in body.get("payments", ()):
        each["seat"] = look.name(each["seat"])
    body["discounts"] = [look.name(seat) for seat in event.discounts]
    return body


VIEWS: Mapping[type[Any], View] = {
    ev.SealedPackagePlaced: _sealed,
    ev.SealedPackageWithdrawn: _sealed,
    ev.PackageOpened: _opened,
    ev.DiscountOpened: _opened,
    ev.PackageRejected: _opened,
    ev.LotsAllocated: _allocated,
    ev.ChoiceFound: _allocated,
}
