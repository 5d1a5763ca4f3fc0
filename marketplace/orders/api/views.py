"""Orders over HTTP. Every POST honours Idempotency-Key."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from marketplace.orders import selectors
from marketplace.orders.api import serializers as wire
from marketplace.orders.domain.life import Move
from marketplace.orders.policies import order_of
from marketplace.orders.services.living import LineAnswerInput, answer_order, move_order

TAGS = ["orders"]


class OrdersView(ActorView):
    """Your company's orders."""

    @extend_schema(
        tags=TAGS, operation_id="orders_list", parameters=[wire.OrderFilterSerializer],
        responses=wire.OrderSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Orders that your company placed or got, latest first."""
        asked = request.query_params
        found = selectors.orders(
            self.actor, state=asked.get("state", ""), search=asked.get("search", "")[:200]
        )
        return self.paginated(found, wire.OrderSerializer)


class OneOrderView(ActorView):
    """What the views of one order share."""

    def told(self, order_id: UUID) -> Response:
        """The order as it is now."""
        order = order_of(self.actor, order_id).order
        return Response(wire.WholeOrderSerializer(order).data)


class OrderView(OneOrderView):
    """One order."""

    @extend_schema(tags=TAGS, operation_id="orders_read", responses=wire.WholeOrderSerializer)
    def get(self, request: Request, order_id: UUID) -> Response:
        """The order with its lines and history."""
        return self.told(order_id)


class OrderMovesView(OneOrderView):
    """Moves of an order."""

    @extend_schema(
        tags=TAGS, operation_id="orders_move", parameters=[IDEMPOTENCY_KEY],
        request=wire.OrderMoveSerializer, responses=wire.WholeOrderSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, order_id: UUID) -> Response:
        """Acknowledge, accept as ordered, reject, agree, disagree, cancel or close."""
        told = self.given(wire.OrderMoveSerializer)
        move_order(
            actor=self.actor, order_id=order_id, move=Move(told["move"]),
            reason=told.get("reason", ""),
        )  # fmt: skip
        return self.told(order_id)


class OrderAnswerView(OneOrderView):
    """The supplier's answer."""

    @extend_schema(
        tags=TAGS, operation_id="orders_answer", parameters=[IDEMPOTENCY_KEY],
        request=wire.OrderAnswerSerializer, responses=wire.WholeOrderSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, order_id: UUID) -> Response:
        """Answer every line: as ordered the order is accepted, else the buyer is asked."""
        told = self.given(wire.OrderAnswerSerializer)
        answer_order(
            actor=self.actor, order_id=order_id, reason=told.get("reason", ""),
            lines=[LineAnswerInput(**each) for each in told["lines"]],
        )  # fmt: skip
        return self.told(order_id)
