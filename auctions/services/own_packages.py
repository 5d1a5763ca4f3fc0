"""Every package and discount of one seat with what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from auctions.domain import events as ev
from auctions.domain.rules.packages import DISCOUNT, won
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.state_packages import SeatDiscount
from auctions.models import AttemptEntry, CommandOutcome
from auctions.models.gate import OutcomeKind
from auctions.realtime.errors import NotAllowed
from auctions.realtime.messages import Refused
from auctions.realtime.reading import steps_after
from auctions.services.deciding import error_of
from auctions.services.policies import Place
from auctions.services.rejections import package_rejection
from infra.problems import message

_NAME = "place_sealed_package"


@dataclass(frozen=True, slots=True)
class OwnPackage:
    """One package of a seat, or (number 0) a discount.

    ``state`` is accepted, withdrawn or refused, with the ``reason``; ``prices`` and ``total`` are
    known once it is opened, and ``won`` once the lots are allocated.
    """

    package: int
    received_at: datetime
    state: str
    reason: str
    ref: str
    leaf: str
    prices: Mapping[int, Decimal] | None = None
    total: Decimal | None = None
    discount: SeatDiscount | None = None
    won: bool | None = None


def own_packages(place: Place) -> list[OwnPackage]:
    """All packages of the place's seat in the order received. Raises NotAllowed without a seat."""
    seat = place.viewer.seat
    if seat is None:
        raise NotAllowed()
    found = [*_accepted(place, seat), *_refused(place, seat)]
    return sorted(found, key=lambda each: (each.received_at, each.ref))


def _accepted(place: Place, seat: str) -> list[OwnPackage]:
    with connection.cursor() as cursor:
        steps = steps_after(cursor, place.auction.pk, EMPTY)
    found: dict[int, OwnPackage] = {}
    waiting: dict[int, int] = {}  # the entry of each number that waits for its opening
    for step in steps:
        event = step.event
        if getattr(event, "seat", None) != seat:
            continue
        if isinstance(event, ev.SealedPackagePlaced):
            if (older := waiting.get(event.package)) is not None:
                text = _("Replaced by your later one; never opened.")
                found[older] = replace(found[older], reason=text)
            waiting[event.package] = step.entry.seq
            found[step.entry.seq] = OwnPackage(
                package=event.package,
                received_at=event.received_at,
                state="accepted",
                reason="",
                ref=event.ref,
                leaf=step.entry.leaf.hex(),
            )
        elif isinstance(event, _ENDS):
            waiting.pop(getattr(event, "package", DISCOUNT), None)
            found[event.offer] = _became(found[event.offer], event)
    return _told(found, waiting, steps[-1].after if steps else EMPTY, seat)


_ENDS = ev.SealedPackageWithdrawn | ev.PackageOpened | ev.DiscountOpened | ev.PackageRejected


def _became(mine: OwnPackage, event: Any) -> OwnPackage:
    match event:
        case ev.PackageOpened():
            prices = {each.lot: each.amount for each in event.prices}
            return replace(mine, prices=prices, total=event.total)
        case ev.DiscountOpened():
            rule = SeatDiscount(event.percent, event.lots, event.count, event.least)
            return replace(mine, discount=rule)
        case ev.PackageRejected():
            return replace(mine, state="refused", reason=package_rejection(event.reason))
    return replace(mine, state="withdrawn", reason=_("Withdrawn unopened."))


def _told(
    found: dict[int, OwnPackage], waiting: Mapping[int, int], state: AuctionState, seat: str
) -> list[OwnPackage]:
    """With what came of those that were opened, or wait."""
    for seq in waiting.values():
        text = (
            _("Sealed: nobody knows what it holds before the opening.")
            if state.phase.is_open
            else _("The auction ended without an opening; it was never read.")
        )
        found[seq] = replace(found[seq], reason=text)
    is_over = state.packages is not None and state.packages.allocated is not None
    opened = {seq: mine for seq, mine in found.items() if mine.prices or mine.discount}
    latest = {mine.package: seq for seq, mine in opened.items()}
    for seq, mine in opened.items():
        if latest[mine.package] != seq:
            text = _("Replaced by your better one of a later round.")
            found[seq] = replace(mine, won=False if is_over else None, reason=text)
        elif is_over:
            has_won = won(state, seat, mine.package)
            found[seq] = replace(mine, won=has_won, reason=_chosen(mine, has_won))
    return list(found.values())


def _chosen(mine: OwnPackage, has_won: bool) -> str:
    if mine.discount is not None:
        return _("The condition is met.") if has_won else _("The condition is not met.")
    return _("Chosen.") if has_won else _("Not chosen: other offers together cost less.")


def _refused(place: Place, seat: str) -> list[OwnPackage]:
    outcomes = CommandOutcome.objects.filter(
        auction=place.auction, party=seat, kind=OutcomeKind.REFUSED
    )
    answers = {row.seq: row for row in outcomes}
    attempts = AttemptEntry.objects.filter(auction=place.auction, seq__in=answers)
    found = []
    for seq, body in attempts.values_list("seq", "body"):
        command = json.loads(body)["command"]
        if command is None or command["name"] != _NAME:
            continue
        row = answers[seq]
        known = {name: row.answer[name] for name in Refused.__struct_fields__ if name in row.answer}
        refusal = Refused(**{"ref": row.ref, **known})
        found.append(
            OwnPackage(
                package=command["fields"]["package"],
                received_at=row.received_at,
                state="refused",
                reason=message(error_of(refusal)),
                ref=row.ref,
                leaf=row.answer["leaf"],
            )
        )
    return found
