"""Tables of orders."""

from marketplace.orders.models.line import LineAnswer, OrderLine
from marketplace.orders.models.order import Order, OrderEvent, OrderSource, OrderState

__all__ = ["LineAnswer", "Order", "OrderEvent", "OrderLine", "OrderSource", "OrderState"]
