"""Reads of orders that carry their authorisation."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.orders.models import Order, OrderEvent, OrderLine, OrderState
from marketplace.orders.policies import concerning


def orders(actor: Actor, *, state: str = "", search: str = "") -> QuerySet[Order]:
    """Orders of the actor's company on either side, latest first, each with ``line_count``.
    ``search`` is of the number or a party's name."""
    actor.require(Capability.ORDER_READ)
    found = (
        Order.objects.filter(concerning(actor.company_id))
        .select_related("buyer", "supplier", "currency", "placed_by")
        .annotate(line_count=Count("lines"))
    )
    if state in OrderState.values:
        found = found.filter(state=state)
    if search:
        found = found.filter(
            Q(number__icontains=search)
            | Q(buyer__legal_name__icontains=search)
            | Q(supplier__legal_name__icontains=search)
        )
    return found.order_by("-placed_at", "id")


def lines_of(order: Order) -> list[OrderLine]:
    """The lines by position, each with its order at hand. One query."""
    found = list(order.lines.select_related("unit").order_by("position"))
    for each in found:
        each.order = order
    return found


def history_of(order: Order) -> QuerySet[OrderEvent]:
    """What was done with the order, first to last."""
    return order.events.select_related("actor").order_by("id")
