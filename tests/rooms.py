"""Auctions for tests: companies, people and an opened auction, in a few lines."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from auctions.domain.commands import AcceptTerms, Officer, PlaceBid
from auctions.domain.terms import Feedback, LotTerms, SoftClose, Terms
from auctions.ledger.store import read_after
from auctions.models import Auction, Seat
from auctions.realtime.gate import Gate
from auctions.realtime.messages import Ack, Refused
from auctions.realtime.party import Party, officer_party, seat_party
from auctions.realtime.process import ready_gate, stop_gate
from auctions.services.opening import open_auction
from auctions.subject import AuctionSubject, SubjectLot
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Membership, Role, Standing
from crm_core.people.models import User
from kernel.clock import utc_now

PATIENCE = 20.0
LOT = SubjectLot(number=1, unit_label="tonne")


@dataclass(slots=True)
class Supplier:
    """One company at its seat, with its person."""

    company: Company
    user: User
    seat: str = ""

    @property
    def party(self) -> Party:
        return seat_party(self.seat, user_id=self.user.pk, company_id=self.company.pk)

    @property
    def actor(self) -> Actor:
        return load_actor(self.user.pk, self.company.pk)


@dataclass(slots=True)
class Room:
    """An opened auction and everyone around it."""

    auction: Auction
    buyer: Supplier
    suppliers: list[Supplier]
    terms: Terms
    refs: int = field(default=0)

    @property
    def id(self) -> UUID:
        return self.auction.pk

    @property
    def officer(self) -> Party:
        return officer_party(
            Officer.BUYER, user_id=self.buyer.user.pk, company_id=self.buyer.company.pk
        )

    def ref(self) -> str:
        self.refs += 1
        return f"r{self.refs}"

    def bid(self, supplier: Supplier, amount: str, *, lot: int = 1, ref: str = "") -> PlaceBid:
        return PlaceBid(
            seat=supplier.seat, lot=lot, amount=Decimal(amount), ref=ref or self.ref(),
            retyped=Decimal(amount),
        )  # fmt: skip

    def everyone_accepts(self, gate: Gate) -> None:
        assert gate.lease.wait_until_held(PATIENCE)
        terms_hash = self.terms.digest()
        futures = [
            gate.submit(
                AcceptTerms(seat=supplier.seat, version=1, terms_hash=terms_hash, ref=self.ref()),
                auction_id=self.id,
                party=supplier.party,
            )
            for supplier in self.suppliers
        ]
        for future in futures:
            assert isinstance(future.result(PATIENCE), Ack)

    def place(self, gate: Gate, supplier: Supplier, amount: str, **kwargs: Any) -> Ack | Refused:
        return gate.submit(
            self.bid(supplier, amount, **kwargs), auction_id=self.id, party=supplier.party
        ).result(PATIENCE)

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.entries()]

    def entries(self) -> list[Any]:
        from django.db import connection

        with connection.cursor() as cursor:
            return read_after(cursor, self.id, 0, 100_000)


def company(role: Role, **sides: bool) -> Supplier:
    """A verified company with one person in that role."""
    name = f"c{uuid4().hex[:10]}"
    made = Company.objects.create(
        reference=name, legal_name=name, latin_name=name, country="UA",
        standing=Standing.VERIFIED, **sides,
    )  # fmt: skip
    user = User.objects.create_user(f"{name}@example.org", full_name=f"Person of {name}")
    Membership.objects.create(user=user, company=made, role=role)
    return Supplier(made, user)


def terms_of(**changes: Any) -> Terms:
    """Terms of one lot that runs now, for ten minutes, with a soft close of thirty seconds."""
    given: dict[str, Any] = {
        "lots": (LotTerms(number=1, title="Rebar", quantity=Decimal(100), unit="TNE",
                          ceiling=Decimal("1000.00")),),
        "starts_at": utc_now() + timedelta(seconds=0.5),
        "currency": "EUR",
        "platform_key": "",
        "length": timedelta(minutes=10),
        "soft_close": SoftClose(window=timedelta(seconds=30), reset=timedelta(seconds=30)),
        "feedback": Feedback(rank=True),
        "commands_per_second": 50,
    }  # fmt: skip
    return Terms(**{**given, **changes})


def open_room(
    suppliers: int = 2,
    reserve: str | None = None,
    lot: SubjectLot = LOT,
    **changes: Any,
) -> Room:
    """Open an auction for so many suppliers; nobody has accepted the terms yet."""
    buyer = company(Role.OFFICER, buys=True)
    sellers = [company(Role.BIDDER, sells=True) for _ in range(suppliers)]
    return open_for(buyer, sellers, terms_of(**changes), reserve, lot)


def open_for(
    buyer: Supplier,
    sellers: list[Supplier],
    terms: Terms,
    reserve: str | None = None,
    lot: SubjectLot = LOT,
) -> Room:
    """Open an auction for companies that are there already, each at a new seat."""
    sellers = [replace(seller) for seller in sellers]
    auction = open_auction(
        actor=buyer.actor,
        subject=AuctionSubject(
            urn=f"urn:fairfall:tender:{uuid4()}",
            reference="T-2026-1",
            title="Reinforcing steel",
            lots=(lot,),
        ),
        terms=terms,
        reserves={} if reserve is None else {1: Decimal(reserve)},
        companies=[seller.company.pk for seller in sellers],
    )
    codes = dict(Seat.objects.filter(auction=auction).values_list("company_id", "code"))
    for seller in sellers:
        seller.seat = codes[seller.company.pk]
    from auctions.selectors import load

    return Room(auction, buyer, sellers, load(auction.pk).rules)


def running_room(suppliers: int = 2) -> Iterator[Room]:
    """For a fixture: everyone accepted and the lot runs; the gate ends with it."""
    gate = ready_gate()
    made = open_room(suppliers)
    made.everyone_accepts(gate)
    time.sleep(max(0.0, (made.terms.starts_at - utc_now()).total_seconds() + 0.05))
    yield made
    stop_gate()
