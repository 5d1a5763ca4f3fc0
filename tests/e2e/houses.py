"""Tenders of the houses of other tests, with what a browser needs to open them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from auctions.selectors import load
from crm_core.access.actor import Actor
from crm_core.companies.models import Company
from crm_core.people.models import User
from infra import relay
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender
from reference.models import Currency, Unit
from tests.rooms import Room, Supplier


def euro_and_tonne() -> None:
    """What tenders of the house are counted in."""
    Currency.objects.create(code="EUR", digits=2, name_en="Euro", name_ru="Евро", name_uk="Євро")
    Unit.objects.create(
        code="TNE", symbol_en="t", symbol_ru="т", symbol_uk="т", name_en="tonne", name_ru="тонна",
        name_uk="тонна",
    )  # fmt: skip


def person_of(actor: Actor, seat: str = "") -> Supplier:
    """The actor as somebody who opens a browser."""
    company = Company.objects.get(pk=actor.company_id)
    return Supplier(company, User.objects.get(pk=actor.user_id), seat)


def room_of(tender: Tender, officer: Actor, sellers: list[Actor]) -> Room:
    """The auction of a published tender, with everyone around it."""
    seats = auctioning.seats(tender)
    suppliers = [person_of(each, seats[each.company_id]) for each in sellers]
    auction = auctioning.row_of(tender)
    return Room(auction, person_of(officer), suppliers, load(auction.pk).rules)


def carry_over() -> None:
    """What the auctions recorded reaches their tenders; in a thread without a browser's loop."""

    def drain() -> None:
        relay.drain()
        connection.close()

    with ThreadPoolExecutor(1) as one:
        one.submit(drain).result()
