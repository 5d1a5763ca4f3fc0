"""Opening an auction: the genesis of its ledger and the seats."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from auctions.domain import machine
from auctions.domain.events import Event, SeatAdmitted
from auctions.domain.state import EMPTY
from auctions.domain.terms import Terms
from auctions.domain.terms_check import check_terms
from auctions.ledger import store
from auctions.ledger.reserves import save_reserves, seal_reserve
from auctions.models import Auction, Seat
from auctions.realtime import signals
from auctions.services import sealing_keys, seeds
from auctions.services.errors import ConflictOfInterest
from auctions.services.sealing_notices import ask_for_the_key
from auctions.subject import AuctionSubject
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.interests import of_one_owner
from crm_core.companies.models import Membership
from infra.keys import KeyRing
from kernel.ids import new_id, short_code

SEAT_CODE_LENGTH = 6


@transaction.atomic
def open_auction(
    *,
    actor: Actor,
    subject: AuctionSubject,
    terms: Terms,
    reserves: Mapping[int, Decimal],
    companies: Sequence[UUID],
    is_demo: bool = False,
) -> Auction:
    """Write the genesis and give every invited company a seat.

    ``reserves`` are unit prices by lot number: they are committed to in the terms and kept
    encrypted. The platform's current key is pinned. Raises AccessForbidden, the refusals of the
    terms' validator, or ConflictOfInterest.
    """
    actor.require(Capability.AUCTION_RUN)
    check_sides(actor.company_id, companies)
    auction_id = new_id()
    keys = KeyRing(settings.PLATFORM_KEY_DIR)
    sealed = {
        lot: seal_reserve(keys, auction_id=auction_id, lot=lot, amount=amount)
        for lot, amount in reserves.items()
    }
    lots = tuple(
        replace(lot, reserve_commitment=sealed[lot.number].commitment)
        if lot.number in sealed
        else replace(lot, reserve_commitment=None)
        for lot in terms.lots
    )
    terms = replace(terms, lots=lots, version=1, platform_key=keys.current().key_id)
    for problem in check_terms(terms):
        raise problem
    auction = Auction.objects.create(
        id=auction_id,
        owner_id=actor.company_id,
        subject=subject.document(),
        subject_urn=subject.urn,
        rules_version=machine.RULES_VERSION,
        format=terms.format.value,
        is_demo=is_demo,
    )
    seats = _seats(auction, companies, actor.user_id)
    _write_genesis(auction_id, subject, terms, seats)
    with connection.cursor() as cursor:
        save_reserves(cursor, auction_id, list(sealed.values()))
    ask_for_the_key(auction_id=auction_id, owner=actor.company_id, subject=subject, terms=terms)
    auction.refresh_from_db()
    transaction.on_commit(lambda: signals.appended(auction_id), robust=True)
    return auction


def check_sides(owner: UUID, companies: Sequence[UUID]) -> None:
    """Nobody sits on both sides of the table, or on two of its seats: no company, no person acting
    for it, no owner of a quarter or more. Raises ConflictOfInterest."""
    if owner in companies:
        raise ConflictOfInterest()
    both = (
        Membership.objects.filter(company_id__in=[owner, *companies], active=True)
        .values("user_id")
        .annotate(sides=Count("company_id", distinct=True))
        .filter(sides__gt=1)
    )
    if both.exists() or of_one_owner([owner, *companies]):
        raise ConflictOfInterest()


def new_code(taken: set[str]) -> str:
    """A seat's code: random, so that it tells neither order nor company."""
    while (code := short_code(SEAT_CODE_LENGTH)) in taken:
        continue
    taken.add(code)
    return code


def _seats(auction: Auction, companies: Sequence[UUID], inviter: UUID) -> list[Seat]:
    shuffled = list(dict.fromkeys(companies))
    random.SystemRandom().shuffle(shuffled)
    taken: set[str] = set()
    return Seat.objects.bulk_create(
        Seat(auction=auction, code=new_code(taken), company_id=company, invited_by_id=inviter)
        for company in shuffled
    )


def _write_genesis(
    auction_id: UUID, subject: AuctionSubject, terms: Terms, seats: Sequence[Seat]
) -> None:
    with connection.cursor() as cursor:
        head = store.lock_auction(cursor, auction_id)
        events: list[Event] = [machine.genesis(subject.reference, subject.title, terms)]
        events += seeds.first_entries(auction_id, terms, head.recorded_at)
        events += sealing_keys.first_entries(auction_id, terms, head.recorded_at)
        events += [SeatAdmitted(seat=seat.code, late=False) for seat in seats]
        state = machine.replay(events, EMPTY)
        store.append(
            cursor,
            head,
            entries=store.chain_events(head, events),
            phase=state.phase.value,
            due=machine.due(state),
        )
