"""Orders of the demonstration in several states, and a cart that is being filled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from config.demo.companies import BUYER, SUPPLIERS
from crm_core.access.actor import Actor, load_actor
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from marketplace.carts.services import filling, ordering
from marketplace.catalog.models import Offer
from marketplace.orders.domain.life import Move
from marketplace.orders.models import Order
from marketplace.orders.selectors import lines_of
from marketplace.orders.services.living import LineAnswerInput, answer_order, move_order

D = Decimal


def load(say: Callable[[str], None]) -> None:
    """Load the orders unless the buyer has some."""
    officer, owner = person(BUYER.reference, Role.OFFICER), person(BUYER.reference, Role.OWNER)
    if Order.objects.filter(buyer_id=officer.company_id).exists():
        return
    ordering.set_rule(actor=owner, currency="EUR", limit=D(25000))
    baltmet, nordwerk = (person(each, Role.BIDDER) for each in ("baltmet", "nordwerk-stahl"))

    accepted = _order(officer, ("BM-HX16-60", "20"))
    move_order(actor=baltmet, order_id=accepted.pk, move=Move.ACKNOWLEDGE)
    move_order(actor=baltmet, order_id=accepted.pk, move=Move.ACCEPT)

    other = _order(officer, ("NW-PL20-355", "9.42"))
    answer_order(
        actor=nordwerk, order_id=other.pk, reason="One plate is left until the next rolling.",
        lines=[
            LineAnswerInput(line_id=each.pk, quantity=D("7.536"), unit_price=each.unit_price)
            for each in lines_of(other)
        ],
    )  # fmt: skip

    refused = _order(officer, ("4711-16060", "200"))
    move_order(
        actor=nordwerk, order_id=refused.pk, move=Move.REJECT, reason="Sold out until March."
    )
    _order(officer, ("BM-L50-6", "5"))

    for sku, quantity in (("BM-L50-6", "12"), ("BM-HX16-60", "7"), ("4711-16060", "20")):
        filling.add_line(actor=officer, offer_id=_offer(sku), quantity=D(quantity))
    say("Orders: one each issued, accepted, rejected and with other values; a filled cart.")


def person(reference: str, role: Role) -> Actor:
    """The demonstration's person of this role in a firm."""
    firm = next(each for each in (BUYER, *SUPPLIERS) if each.reference == reference)
    email = next(each.email for each in firm.people if each.role == role)
    company = Company.objects.get(reference=reference)
    return load_actor(User.objects.get(email=email).pk, company.pk)


def _offer(sku: str) -> UUID:
    return Offer.objects.get(sku=sku).pk


def _order(officer: Actor, *wanted: tuple[str, str]) -> Order:
    for sku, quantity in wanted:
        filling.add_line(actor=officer, offer_id=_offer(sku), quantity=D(quantity))
    made = ordering.submit_cart(actor=officer, address="Sadama 21, Tallinn")
    return Order.objects.get(source_id=made.pk)
