"""Carts and requisitions over HTTP. Every POST honours Idempotency-Key."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from marketplace.carts import selectors
from marketplace.carts.api import serializers as wire
from marketplace.carts.services import filling, ordering

TAGS = ["carts"]


class CartView(ActorView):
    """Your cart."""

    @extend_schema(
        tags=TAGS, operation_id="cart_read", responses=wire.CartLineSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Its lines with what they cost your company now; two hundred at most."""
        return self.cart()

    @extend_schema(
        tags=TAGS, operation_id="cart_add", parameters=[IDEMPOTENCY_KEY],
        request=wire.CartLineInputSerializer, responses=wire.CartLineSerializer(many=True),
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Put an offer in: of one that is in already there is more then."""
        told = self.given(wire.CartLineInputSerializer)
        filling.add_line(actor=self.actor, offer_id=told.pop("offer"), **told)
        return self.cart()

    def cart(self) -> Response:
        """The cart as it is now."""
        lines = [wire.line_document(each) for each in selectors.cart_lines(self.actor)]
        return Response(wire.CartLineSerializer(lines, many=True).data)


class CartSubmitView(ActorView):
    """Sending the cart."""

    @extend_schema(
        tags=TAGS, operation_id="cart_submit", parameters=[IDEMPOTENCY_KEY],
        request=wire.CartSubmitSerializer, responses={201: wire.RequisitionSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Order, or ask for approval where you may not order alone."""
        made = ordering.submit_cart(actor=self.actor, **self.given(wire.CartSubmitSerializer))
        return Response(wire.RequisitionSerializer(made).data, status=201)


class RequisitionsView(ActorView):
    """Requisitions."""

    @extend_schema(
        tags=TAGS, operation_id="requisitions_list",
        responses=wire.RequisitionSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """What was asked for, latest first; your own where you do not approve."""
        found = selectors.requisitions(self.actor).prefetch_related("lines")
        return self.paginated(found, wire.RequisitionSerializer)


class RequisitionDecisionView(ActorView):
    """A decision on a requisition."""

    @extend_schema(
        tags=TAGS, operation_id="requisitions_decide", parameters=[IDEMPOTENCY_KEY],
        request=wire.RequisitionDecisionSerializer, responses=wire.RequisitionSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, requisition_id: UUID) -> Response:
        """Approve what another asked for, or return it. Approved at a price that has risen, it is
        returned too."""
        told = self.given(wire.RequisitionDecisionSerializer)
        if told["approve"]:
            found = ordering.approve(actor=self.actor, requisition_id=requisition_id)
        else:
            found = ordering.send_back(
                actor=self.actor, requisition_id=requisition_id, reason=told.get("reason", "")
            )
        return Response(wire.RequisitionSerializer(found).data)
