"""Who may do what with an order, and the fetching that goes with it.

Every function both authorises and fetches: an order of others does not exist for an actor.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.orders.domain.life import RULES, Move, Side, State, moves
from marketplace.orders.errors import OrderMoved, OrderNotFound
from marketplace.orders.models import Order

CAPABILITY = {Side.BUYER: Capability.ORDER_PLACE, Side.SUPPLIER: Capability.ORDER_ANSWER}


@dataclass(frozen=True, slots=True)
class Seen:
    """An order and the side on which the actor's company is."""

    order: Order
    side: Side

    def moves(self, actor: Actor) -> tuple[Move, ...]:
        """What the actor can do with it now."""
        if not actor.can(CAPABILITY[self.side]):
            return ()
        return moves(State(self.order.state), self.side)


def concerning(company_id: UUID) -> Q:
    """Orders of which the company is a side."""
    return Q(buyer_id=company_id) | Q(supplier_id=company_id)


def order_of(actor: Actor, order_id: UUID, *, lock: bool = False) -> Seen:
    """An order of which the actor's company is a side. Raises OrderNotFound.

    With ``lock`` the row stays locked until the transaction ends.
    """
    actor.require(Capability.ORDER_READ)
    found = Order.objects.filter(concerning(actor.company_id), pk=order_id).select_related(
        "buyer", "supplier", "currency", "placed_by"
    )
    if lock:
        found = found.select_for_update(of=("self",))
    order = found.first()
    if order is None:
        raise OrderNotFound()
    return Seen(order, Side.BUYER if order.buyer_id == actor.company_id else Side.SUPPLIER)


def order_to_move(actor: Actor, order_id: UUID, move: Move) -> Order:
    """The order, locked, if the actor may make the move now. Raises OrderNotFound, what
    ``require`` raises, OrderMoved."""
    seen = order_of(actor, order_id, lock=True)
    rule = RULES[move]
    actor.require(CAPABILITY[rule.side])
    if rule.side is not seen.side or move not in seen.moves(actor):
        raise OrderMoved()
    return seen.order
