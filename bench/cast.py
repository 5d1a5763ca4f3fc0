"""Who takes part: companies and people with open browser sessions, made by the services."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client

from auctions.domain.terms import Feedback, LotTerms, Step, StepKind, Terms
from auctions.models import Auction, Seat
from auctions.realtime.party import Party, seat_party
from auctions.selectors import load
from auctions.services.admission import accept_terms
from auctions.services.opening import open_auction
from auctions.subject import AuctionSubject, SubjectLot
from bench.loads.sockets import Ticket
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Role, Standing
from crm_core.companies.services import add_member, create_company
from crm_core.people.models import User
from kernel.clock import utc_now

CEILING = Decimal("90000000.00")
DECREMENT = Decimal("0.01")  # so small that the price never runs dry
_number = count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an open browser session."""

    actor: Actor
    session: str

    def ticket(self, url: str) -> Ticket:
        """How this person opens a socket there."""
        return Ticket(url, self.session)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A company with its bidder and those who look over the bidder's shoulder."""

    bidder: Person
    watchers: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody: the buyer's officer and watchers, and the suppliers."""

    officer: Person
    buyer_watchers: tuple[Person, ...]
    suppliers: tuple[Supplier, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A running auction with the seat of each supplier that takes part, all terms accepted."""

    id: UUID
    suppliers: tuple[Supplier, ...]
    parties: tuple[Party, ...]

    def watchers(self, number: int) -> list[tuple[int, Person]]:
        """So many watchers, each with the number of its seat: equally many of each seat."""
        return [
            (seat, supplier.watchers[row])
            for row in range(-(-number // len(self.suppliers)))
            for seat, supplier in enumerate(self.suppliers)
        ][:number]


@transaction.atomic  # one commit for all of them
def gather(*, buyer_watchers: int, suppliers: int, seats_watched: int, watchers: int) -> Cast:
    """Everybody. ``watchers`` are spread evenly over the first ``seats_watched`` suppliers."""
    buyer = _company(buys=True)
    per_seat = -(-watchers // seats_watched)
    return Cast(
        officer=_person(buyer, Role.OFFICER),
        buyer_watchers=tuple(_person(buyer, Role.AUDITOR) for _ in range(buyer_watchers)),
        suppliers=tuple(
            _supplier(watchers=per_seat if number < seats_watched else 0)
            for number in range(suppliers)
        ),
    )


def _supplier(*, watchers: int) -> Supplier:
    company = _company(sells=True)
    return Supplier(
        bidder=_person(company, Role.BIDDER),
        watchers=tuple(_person(company, Role.AUDITOR) for _ in range(watchers)),
    )


def _company(**sides: bool) -> Company:
    number = next(_number)
    return create_company(
        legal_name=f"Company {number}", country="EE", standing=Standing.VERIFIED,
        registry_scheme="EE-RIK", registry_value=f"8{number:07}", **sides,
    )  # fmt: skip


def _person(company: Company, role: Role) -> Person:
    number = next(_number)
    user = User.objects.create_user(f"p{number}@company.example", full_name=f"Person {number}")
    add_member(company_id=company.pk, user_id=user.pk, role=role)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Person(load_actor(user.pk, company.pk), client.cookies["sessionid"].value)


def open_room(cast: Cast, suppliers: int, *, lead: bool = True) -> Room:
    """An auction under the default rules with so many seats, ready for bids.

    Only the decrement differs from the default: absolute and as small as can be. ``lead``: whether
    suppliers are told the lead price beside their rank.
    """
    taking_part = cast.suppliers[:suppliers]
    feedback = Feedback(rank=True, lead=lead)
    starts_at = utc_now() + timedelta(seconds=0.5 + 0.1 * suppliers)
    auction = new_auction(
        cast.officer, taking_part, starts_at=starts_at, feedback=feedback,
        length=timedelta(hours=1), commands_per_second=1000,
    )  # fmt: skip
    rules = load(auction.pk).rules
    for supplier in taking_part:
        accept_terms(
            actor=supplier.bidder.actor, auction_id=auction.pk, version=rules.version,
            terms_hash=rules.digest(), ref="terms",
        )  # fmt: skip
    codes = dict(Seat.objects.filter(auction=auction).values_list("company_id", "code"))
    parties = tuple(
        seat_party(
            codes[supplier.bidder.actor.company_id],
            user_id=supplier.bidder.actor.user_id,
            company_id=supplier.bidder.actor.company_id,
        )
        for supplier in taking_part
    )
    wait_until(starts_at + timedelta(seconds=0.2))
    return Room(auction.pk, taking_part, parties)


def new_auction(
    officer: Person, suppliers: Sequence[Supplier], *, starts_at: datetime, **terms: Any
) -> Auction:
    """An auction of one lot."""
    return open_auction(
        actor=officer.actor,
        subject=AuctionSubject(
            urn=f"urn:fairfall:tender:{uuid4()}", reference="T-2026-1", title="Reinforcing steel",
            lots=(SubjectLot(number=1, unit_label="tonne"),),
        ),
        terms=Terms(
            lots=(LotTerms(number=1, title="Rebar", quantity=Decimal(100), unit="TNE",
                           ceiling=CEILING,
                           step=Step(StepKind.ABSOLUTE, absolute=DECREMENT, percent=None)),),
            starts_at=starts_at, currency="EUR", platform_key="", **terms,
        ),
        reserves={},
        companies=[supplier.bidder.actor.company_id for supplier in suppliers],
    )  # fmt: skip


def wait_until(moment: datetime) -> None:
    """Sleep until a moment."""
    time.sleep(max(0.0, (moment - utc_now()).total_seconds()))
