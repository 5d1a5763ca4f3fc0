"""Orders for the tests: a buyer, its supplier, and orders between them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from crm_core.access.actor import Actor
from crm_core.companies.models import Company, Role
from kernel.ids import new_id
from marketplace.orders.models import Order, OrderSource
from marketplace.orders.services.issuing import Delivery, OrderLineInput, issue_orders
from tests.people import make_actor, make_company

D = Decimal


def supplier() -> Actor:
    """A bidder of a verified company that sells."""
    return make_actor(Role.BIDDER, make_company(buys=False))


def line(**values: Any) -> OrderLineInput:
    """A line of three boxes at 12.35 euro."""
    usual = {"name": "Hexagon bolt", "sku": "HX-16", "unit": "BX", "quantity": D(3),
             "unit_price": D("12.35"), "currency": "EUR",
             "price_rule": {"scope": "public"}}  # fmt: skip
    return OrderLineInput(**{**usual, **values})


def issue(actor: Actor, supplier_id: UUID, *lines: OrderLineInput, **values: Any) -> list[Order]:
    """Orders of the lines, or of one usual line."""
    usual = {"source": OrderSource.QUOTE, "source_id": new_id(),
             "delivery": Delivery(country="EE", address="Sadama 1, Tallinn")}  # fmt: skip
    return issue_orders(
        actor=actor, supplier_id=supplier_id, lines=lines or (line(),), **{**usual, **values}
    )


def company_of(actor: Actor) -> Company:
    """The company that an actor acts for."""
    return Company.objects.get(pk=actor.company_id)
