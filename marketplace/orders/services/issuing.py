"""Issuing orders: of lines that have a price, one order per currency, to one supplier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.companies.gates import Gate, standings_for
from crm_core.companies.models import Company
from kernel.clock import utc_now
from kernel.decimals import line_total, to_wire
from kernel.ids import new_id
from marketplace.catalog.models import Offer, Price, Product
from marketplace.catalog.services import checks
from marketplace.orders.domain.life import Move, Side
from marketplace.orders.errors import OrderEmpty, OrderFieldWrong, SupplierNotOpen
from marketplace.orders.models import Order, OrderLine, OrderSource
from marketplace.orders.services.record import record
from reference.models import Currency

MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineInput:
    """A line to order. ``unit`` is a code of UN/ECE Rec 20, ``quantity`` in it; ``unit_price`` in
    ``currency``. ``price_rule`` is :func:`rule_of` a price of the catalog, or what a quote says of
    its own; ``line_id`` is kept where the line had one before."""

    name: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    currency: str
    price_rule: Mapping[str, Any] = field(default_factory=dict)
    sku: str = ""
    offer: Offer | None = None
    product: Product | None = None
    lead_time_days: int | None = None
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Where to: a code of ISO 3166, an address in words, and a note to the supplier."""

    country: str
    address: str = ""
    note: str = ""


def rule_of(price: Price) -> dict[str, Any]:
    """The rule that won, to be kept on a line: numbers and moments as text."""
    return {
        "price": str(price.pk),
        "scope": price.scope,
        "contract": price.contract,
        "amount": to_wire(price.amount),
        "currency": price.currency_id,
        "least": to_wire(price.least),
        "below": None if price.below is None else to_wire(price.below),
        "territory": list(price.territory),
        "valid_from": price.valid_from.isoformat(),
        "valid_until": None if price.valid_until is None else price.valid_until.isoformat(),
    }


def issue_orders(
    *,
    actor: Actor,
    supplier_id: UUID,
    lines: Sequence[OrderLineInput],
    delivery: Delivery,
    source: OrderSource,
    source_id: UUID,
    source_reference: str = "",
    capability: Capability = Capability.ORDER_PLACE,
    placed_by_id: UUID | None = None,
) -> list[Order]:
    """Order the lines from a supplier: one order per currency, in the lines' order.

    A source leads to orders from a supplier once: repeated, it gets those of the first time. With
    another ``capability`` an approver issues what ``placed_by_id`` asked for. Whether the prices
    hold is the caller's to have checked. Raises what ``require`` raises, OrderEmpty,
    OrderFieldWrong, SupplierNotOpen, FieldWrong.
    """
    actor.require(capability)
    if not lines:
        raise OrderEmpty()
    if len(lines) > MOST_LINES:
        raise OrderFieldWrong(field="lines", reason=_("An order has 500 lines at most."))
    with transaction.atomic():
        buyer = _alone(actor.company_id)
        made = Order.objects.filter(source=source, source_id=source_id, supplier_id=supplier_id)
        if before := list(made.order_by("serial")):
            return before
        _check_supplier(buyer, supplier_id)
        return [
            _issue(
                actor, supplier_id, currency,
                [each for each in lines if each.currency == currency],
                delivery=delivery, source=source, source_id=source_id,
                source_reference=source_reference, placed_by_id=placed_by_id or actor.user_id,
            )
            for currency in dict.fromkeys(each.currency for each in lines)
        ]  # fmt: skip


def _alone(company_id: UUID) -> Company:
    """The buyer, locked: two who order at a time get numbers one after the other."""
    return Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company_id)


def _check_supplier(buyer: Company, supplier_id: UUID) -> None:
    open_to_orders = Company.objects.filter(
        pk=supplier_id, sells=True, standing__in=standings_for(Gate.ORDER)
    )
    if supplier_id == buyer.pk or not open_to_orders.exists():
        raise SupplierNotOpen()


def _issue(
    actor: Actor,
    supplier_id: UUID,
    code: str,
    lines: Sequence[OrderLineInput],
    *,
    delivery: Delivery,
    placed_by_id: UUID,
    **source: Any,
) -> Order:
    currency = checks.known("currency", Currency, code)
    now = utc_now()
    same_year = Order.objects.filter(buyer_id=actor.company_id, year=now.year)
    serial = (same_year.aggregate(last=Max("serial"))["last"] or 0) + 1
    order = Order(
        buyer_id=actor.company_id, supplier_id=supplier_id, currency=currency, year=now.year,
        serial=serial, number=f"PO-{now.year}-{serial:05d}", placed_by_id=placed_by_id,
        placed_at=now, changed_at=now, total=Decimal(0),
        delivery_address=checks.text("delivery_address", delivery.address, 500),
        note=checks.text("note", delivery.note, 1000), **source,
    )  # fmt: skip
    order.delivery_country = "".join(checks.countries("delivery_country", [delivery.country]))
    rows = [_row(order, number, each) for number, each in enumerate(lines, 1)]
    order.total = sum((each.total for each in rows), Decimal(0))
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(rows)
    record(order, Move.ISSUE, actor, side=Side.BUYER)
    return order


def _row(order: Order, position: int, typed: OrderLineInput) -> OrderLine:
    quantity = checks.number("quantity", typed.quantity)
    price = checks.number("unit_price", typed.unit_price, digits=15, zero=True)
    return OrderLine(
        id=typed.line_id or new_id(), order=order, position=position, offer=typed.offer,
        product=typed.product, sku=checks.text("sku", typed.sku, 80),
        name=checks.text("name", typed.name, 200, needed=True), unit_id=typed.unit,
        quantity=quantity, unit_price=price, price_rule=dict(typed.price_rule),
        total=line_total(quantity, price, order.currency.digits),
        lead_time_days=typed.lead_time_days,
    )  # fmt: skip
