"""Tags of orders: ``{% load orders %}``."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.lists import unit_symbol
from marketplace.orders import wording
from marketplace.orders.models import Order, OrderEvent, OrderLine, OrderState

register = template.Library()

LOOK = {
    OrderState.ISSUED: ("info", "send"),
    OrderState.ACKNOWLEDGED: ("info", "inbox"),
    OrderState.CONDITIONAL: ("warn", "alert-triangle"),
    OrderState.ACCEPTED: ("ok", "circle-check"),
    OrderState.REJECTED: ("bad", "circle-x"),
    OrderState.CANCELLED: ("bad", "ban"),
    OrderState.CLOSED: ("", "archive"),
}


@register.inclusion_tag("ui/components/chip.html")
def order_state(order: Order) -> dict[str, Any]:
    """The order's state as a chip."""
    tone, icon = LOOK[OrderState(order.state)]
    return {"text": order.get_state_display(), "tone": tone, "icon_name": icon}


@register.filter
def rule_of(line: OrderLine) -> str:
    """The rule that won."""
    return wording.rule(line.price_rule)


@register.filter
def unit_of(line: OrderLine) -> str:
    """The symbol of the line's unit."""
    return unit_symbol(line.unit_id)


@register.filter
def done(event: OrderEvent) -> str:
    """The move in words."""
    return str(wording.DONE[event.move])
