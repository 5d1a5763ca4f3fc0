"""Companies, people and tenders for the tests of the tender room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.test import Client

from auctions.domain import machine
from auctions.domain.commands import Command, PlaceBid, Tick
from auctions.ledger import store
from auctions.ledger.reserves import open_reserves
from auctions.relay_source import LedgerSource, subject_of
from auctions.selectors import load
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.services import add_member, create_company
from crm_core.people.models import User
from infra.keys import KeyRing
from kernel.clock import moment_to_wire, utc_now
from marketplace.tenders import auctioning, following
from marketplace.tenders.models import Tender
from marketplace.tenders.services import drafting, invitations, lots, publishing
from marketplace.tenders.services.lots import LotInput


def company(name: str, **sides: Any) -> Company:
    """A verified company."""
    return create_company(
        legal_name=name, country="EE", standing=sides.pop("standing", Standing.VERIFIED), **sides
    )


def person(of: Company, role: Role, email: str = "") -> Actor:
    """A member of the company, as an actor."""
    email = email or f"{role.value}@{of.reference}.test"
    user = User.objects.create_user(email, "correct horse", full_name=email.partition("@")[0])
    add_member(company_id=of.pk, user_id=user.pk, role=role)
    return load_actor(user.pk, of.pk)


def buyer(name: str = "Põhja Energia AS", role: Role = Role.OFFICER) -> Actor:
    """A procurement officer."""
    return person(company(name, buys=True), role)


def supplier(name: str) -> Actor:
    """A bidder."""
    return person(company(name, sells=True), Role.BIDDER)


def signed_in(actor: Actor) -> Client:
    """A browser without a window, in which the actor is signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def lot(title: str = "Hot-rolled coil S235", **values: Any) -> LotInput:
    """A lot as typed."""
    usual = {"title": title, "quantity": "100", "unit": "TNE", "ceiling": "550"}
    return LotInput(**{**usual, **values})


def draft(officer: Actor, suppliers: Sequence[Actor] = (), **rules: Any) -> Tender:
    """A complete draft with one lot, starting in an hour."""
    tender = drafting.create_draft(actor=officer, title="Steel coil")
    lots.add_lot(actor=officer, tender_id=tender.pk, lot=lot())
    starts = moment_to_wire(utc_now() + timedelta(hours=1))
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"starts_at": starts, **rules})
    invitations.choose_suppliers(
        actor=officer, tender_id=tender.pk, companies=[each.company_id for each in suppliers]
    )
    tender.refresh_from_db()
    return tender


def published(officer: Actor, suppliers: Sequence[Actor], **rules: Any) -> Tender:
    """A published tender."""
    return publishing.publish(actor=officer, tender_id=draft(officer, suppliers, **rules).pk)


def accept(actor: Actor, tender: Tender, currency: str = "") -> None:
    """Accept the terms in force, and bid in that currency where they list any."""
    tender.refresh_from_db()
    invitations.accept_terms(
        actor=actor, tender_id=tender.pk, version=tender.terms["version"],
        terms_hash=tender.terms_hash, agreed=True, currency=currency,
    )  # fmt: skip


def play(
    tender: Tender,
    steps: Sequence[tuple[timedelta, Actor, str]],
    *,
    also: Sequence[tuple[timedelta, Command]] = (),
    to_end: bool = True,
) -> None:
    """Run the auction (to its end) with these bids on lot 1, each so long after the start, and
    these commands after them.

    The rules decide with made-up moments, and the ledger is written as always; then the relay's
    handler takes the entries over.
    """
    tender.refresh_from_db()
    seats = auctioning.seats(tender)
    start = load(tender.auction_id).rules.starts_at
    commands: list[tuple[datetime, Command]] = [
        (
            start + after,
            PlaceBid(
                seat=seats[actor.company_id],
                lot=1,
                amount=Decimal(amount),
                ref=f"b{number}",
                retyped=Decimal(amount) if first else None,
            ),
        )
        for number, (after, actor, amount) in enumerate(steps)
        for first in [actor not in {bidder for _after, bidder, _amount in steps[:number]}]
    ]
    commands += [(start + after, command) for after, command in also]
    with transaction.atomic(), connection.cursor() as cursor:
        head = store.lock_auction(cursor, tender.auction_id)
        state = load(tender.auction_id)
        before = state.seq
        events: list[Any] = []
        latest = head.recorded_at

        def take(command: Command, at: datetime) -> None:
            nonlocal state, latest
            latest = max(latest, at)
            for event in machine.decide(state, command, at):
                state = machine.evolve(state, event, state.seq + 1)
                events.append(event)

        def tick_until(moment: datetime) -> None:
            reserves = open_reserves(cursor, KeyRing(_key_dir()), tender.auction_id)
            while (due := machine.due(state)) is not None and due < moment:
                take(Tick(due=due, reserves=reserves), due)

        for at, command in commands:
            tick_until(at)
            take(command, at)
        if to_end:
            tick_until(start + timedelta(days=10))
        head = replace(head, recorded_at=latest)  # nothing comes after it is recorded
        entries = store.chain_events(head, events)
        store.append(
            cursor, head, entries=entries, phase=state.phase.value, due=machine.due(state),
            closed_at=state.ended_at,
        )  # fmt: skip
    follow(tender, after=before)


def follow(tender: Tender, after: int = 0) -> None:
    """Hand the ledger's entries to the tender's handler, as the relay does."""
    source = LedgerSource()
    for event in source.read(subject_of(tender.auction_id), after, 10_000):
        with transaction.atomic():
            following.on_ledger(event)
    tender.refresh_from_db()


def _key_dir() -> Any:
    from django.conf import settings

    return settings.PLATFORM_KEY_DIR
