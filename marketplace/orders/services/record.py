"""Writing a move of an order into its history and the outbox, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_core.access.actor import Actor
from infra.outbox import emit
from kernel.clock import utc_now
from marketplace.orders.domain.life import RULES, Move, Side
from marketplace.orders.models import Order, OrderEvent

FACTS: dict[Move, str] = {
    Move.ISSUE: "order.issued",
    Move.ACKNOWLEDGE: "order.acknowledged",
    Move.ACCEPT: "order.accepted",
    Move.OFFER_OTHER: "order.other_offered",
    Move.REJECT: "order.rejected",
    Move.AGREE: "order.agreed",
    Move.DISAGREE: "order.disagreed",
    Move.CANCEL: "order.cancelled",
    Move.CLOSE: "order.closed",
}
"""The fact that each move is told by."""


def record(
    order: Order,
    move: Move,
    actor: Actor,
    *,
    side: Side,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Set the state that the move leads to, and write who did it, when and why."""
    now = utc_now()
    order.state, order.changed_at = RULES[move].leads.value, now
    order.save(update_fields=["state", "changed_at"])
    OrderEvent.objects.create(
        order=order, move=move.value, side=side.value, state=order.state, reason=reason,
        detail=dict(detail or {}), actor_id=actor.user_id, at=now,
    )  # fmt: skip
    emit(
        type=FACTS[move],
        subject=order.urn,
        actor=actor.urn,
        parties=[f"urn:fairfall:company:{order.buyer_id}",
                 f"urn:fairfall:company:{order.supplier_id}"],
        payload={
            "order_id": order.pk, "number": order.number, "buyer_id": order.buyer_id,
            "supplier_id": order.supplier_id, "state": order.state, "reason": reason,
            "side": side.value, "source": order.source, "source_id": order.source_id,
        },
    )  # fmt: skip
