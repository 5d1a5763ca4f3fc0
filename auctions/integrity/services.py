"""Screening an ended auction, and what the buyer makes of its alerts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from auctions.domain.visibility import Role, all_closed
from auctions.integrity import gathering
from auctions.integrity.errors import (
    AlertReasonMissing,
    AlertReasonTooLong,
    AlertStateUnknown,
    AlertUnknown,
    NotEndedYet,
)
from auctions.integrity.screens import rotation, shadowing, shared_origin, spread
from auctions.integrity.screens.facts import Finding
from auctions.models import AlertDecision, Auction, IntegrityAlert, IntegrityScreening
from auctions.models.auction import AuctionPhase
from auctions.models.integrity import AlertState
from auctions.realtime.errors import AuctionUnknown
from auctions.selectors import load
from auctions.services.policies import Place, check_one_side, place_of
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability

REASON_LENGTH = 500
BATCH = 20
# Not what was cancelled or annulled: nobody won there, so there is nothing to compare.
LOOKED_AT = (AuctionPhase.CLOSED, AuctionPhase.FAILED)


def unscreened() -> list[UUID]:
    """Ended auctions that were not looked at yet, the oldest first, at most twenty."""
    waiting = Auction.objects.filter(phase__in=LOOKED_AT, screening=None, is_practice=False)
    return list(waiting.order_by("closed_at").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def screen(auction_id: UUID) -> int | None:
    """Look at one ended auction, once; how many alerts there are, None if it was screened."""
    auction = Auction.objects.get(pk=auction_id)
    _, made = IntegrityScreening.objects.get_or_create(auction=auction)
    if not made:
        return None
    alerts = [
        IntegrityAlert(
            auction=auction,
            kind=found.kind.value,
            lot=found.lot,
            who=list(found.who),
            evidence=dict(found.evidence),
        )
        for found in findings(auction)
    ]
    return len(IntegrityAlert.objects.bulk_create(alerts))


def findings(auction: Auction) -> list[Finding]:
    """Everything the screens say of an ended auction, with seats of this auction as names."""
    state = load(auction.pk)
    found: list[Finding] = list(shared_origin(gathering.origins(auction)))
    for contest in gathering.open_contests(auction, state):
        found += shadowing(contest)
    for contest in gathering.last_offers(state):
        found += spread(contest)
    companies = gathering.companies_of(auction)
    bidders = {
        companies[seat]
        for lot in state.lots.values()
        for seat, mine in lot.seats.items()
        if mine.bids
    }
    history = list(gathering.meetings(auction, companies))
    seats = {company: seat for seat, company in companies.items()}
    found += [_of_seats(each, seats) for each in rotation(history, frozenset(bidders))]
    return found


def _of_seats(found: Finding, seats: dict[str, str]) -> Finding:
    rows = [{**row, "winner": seats[row["winner"]]} for row in found.evidence["rows"]]
    who = tuple(seats[company] for company in found.who)
    return Finding(found.kind, found.lot, who, {**found.evidence, "rows": rows})


def buyers_place(actor: Actor, auction_id: UUID) -> Place:
    """The place of somebody of the buyer who may look at alerts. To everybody else there is no
    such thing: raises AuctionUnknown. Of the buyer: the officer, and the auditor to read."""
    place = place_of(actor, auction_id)
    if place.viewer.role not in (Role.BUYER, Role.BUYER_BLIND):
        raise AuctionUnknown()
    if not actor.can(Capability.AUDIT_READ):
        actor.require(Capability.AUCTION_RUN)
    return place


def alerts_of(actor: Actor, auction_id: UUID) -> tuple[Place, QuerySet[IntegrityAlert]]:
    """The alerts of an ended auction with their decisions. Raises NotEndedYet before: so a blind
    buyer gets none while names are hidden."""
    place = buyers_place(actor, auction_id)
    check_ended(place)
    decisions = AlertDecision.objects.select_related("by").order_by("at", "id")
    found = IntegrityAlert.objects.filter(auction=place.auction).order_by("created_at", "id")
    return place, found.prefetch_related(Prefetch("decisions", decisions))


def check_ended(place: Place) -> None:
    """Raise NotEndedYet while the auction is open, or names are hidden from its buyer."""
    state = load(place.auction.pk)
    hidden = place.viewer.role is Role.BUYER_BLIND and not all_closed(state)
    if state.phase.is_open or hidden:
        raise NotEndedYet()


@transaction.atomic
def decide(*, actor: Actor, auction_id: UUID, alert_id: UUID, state: str, reason: str) -> None:
    """Say what came of an alert; kept with who said it and when. Raises the errors above."""
    place = buyers_place(actor, auction_id)
    actor.require(Capability.AUCTION_RUN)
    check_one_side(actor, auction_id)
    check_ended(place)
    alert = (
        IntegrityAlert.objects.select_for_update()
        .filter(pk=alert_id, auction=place.auction)
        .first()
    )
    if alert is None:
        raise AlertUnknown()
    if state not in AlertState.values:
        raise AlertStateUnknown(field="state")
    reason = " ".join(reason.split())
    if len(reason) > REASON_LENGTH:
        raise AlertReasonTooLong(field="reason", most=REASON_LENGTH)
    if state == AlertState.DISMISSED and not reason:
        raise AlertReasonMissing(field="reason")
    alert.state = state
    alert.save(update_fields=["state"])
    AlertDecision.objects.create(alert=alert, state=state, reason=reason, by_id=actor.user_id)


def screened_at(place: Place) -> datetime | None:
    """When the auction was looked at; None: it still will be, or :func:`is_looked_at` denies it."""
    rows = IntegrityScreening.objects.filter(auction=place.auction)
    return rows.values_list("at", flat=True).first()


def is_looked_at(auction: Auction) -> bool:
    """Whether an auction that ended so is ever screened."""
    return auction.phase in LOOKED_AT and not auction.is_practice
