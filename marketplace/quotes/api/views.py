"""Requests for quotation over HTTP. Every POST honours Idempotency-Key."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from marketplace.quotes import selectors
from marketplace.quotes.api import serializers as wire
from marketplace.quotes.errors import QuoteNotThere
from marketplace.quotes.policies import DECIDE, DRAFT, is_buyer, own_invitation, own_rfq
from marketplace.quotes.services import deciding, drafting, quoting, running

TAGS = ["rfqs"]
KEY = [IDEMPOTENCY_KEY]


class QuotesView(ActorView):
    """What the views share."""

    def whole(self, rfq_id: UUID, status: int = 200) -> Response:
        """The request as the actor may read it."""
        if is_buyer(self.actor, rfq_id):
            found = own_rfq(self.actor, rfq_id)
        else:
            found = own_invitation(self.actor, rfq_id).rfq
        context = {"actor": self.actor}
        return Response(wire.WholeRfqSerializer(found, context=context).data, status=status)


class RfqsView(QuotesView):
    """Requests of both sides."""

    @extend_schema(tags=TAGS, operation_id="rfqs_list", parameters=[wire.RfqFilterSerializer],
                   responses=wire.RfqSerializer(many=True))  # fmt: skip
    def get(self, request: Request) -> Response:
        """Your company's requests and those it is invited to, the newest first."""
        found = selectors.rfqs(self.actor, state=request.query_params.get("state", ""))
        return self.paginated(found, wire.RfqSerializer)

    @extend_schema(tags=TAGS, operation_id="rfqs_create", request=wire.RfqInputSerializer,
                   parameters=KEY, responses={201: wire.WholeRfqSerializer})  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """A draft with its lines and suppliers; nobody learns of it yet."""
        told = self.given(wire.RfqInputSerializer)
        with transaction.atomic():
            made = drafting.create_rfq(actor=self.actor, rfq=wire.rfq_input(told))
            drafting.replace_lines(actor=self.actor, rfq_id=made.pk, lines=wire.line_inputs(told))
            drafting.invite(actor=self.actor, rfq_id=made.pk, suppliers=told.get("suppliers", ()))
        return self.whole(made.pk, 201)


class RfqView(QuotesView):
    """One request."""

    @extend_schema(tags=TAGS, operation_id="rfqs_read", responses=wire.WholeRfqSerializer)
    def get(self, request: Request, rfq_id: UUID) -> Response:
        """The request as your side may read it."""
        return self.whole(rfq_id)

    @extend_schema(tags=TAGS, operation_id="rfqs_change", request=wire.RfqInputSerializer,
                   responses=wire.WholeRfqSerializer)  # fmt: skip
    def put(self, request: Request, rfq_id: UUID) -> Response:
        """Describe a draft anew."""
        own_rfq(self.actor, rfq_id, DRAFT)
        told = self.given(wire.RfqInputSerializer)
        with transaction.atomic():
            drafting.change_rfq(actor=self.actor, rfq_id=rfq_id, rfq=wire.rfq_input(told))
            drafting.replace_lines(actor=self.actor, rfq_id=rfq_id, lines=wire.line_inputs(told))
            drafting.invite(actor=self.actor, rfq_id=rfq_id, suppliers=told.get("suppliers", ()))
        return self.whole(rfq_id)


class OpenView(QuotesView):
    """Asking the suppliers."""

    @extend_schema(tags=TAGS, operation_id="rfqs_open", request=None, parameters=KEY,
                   responses=wire.WholeRfqSerializer)  # fmt: skip
    @idempotent
    def post(self, request: Request, rfq_id: UUID) -> Response:
        """Send the draft to its suppliers."""
        running.open_rfq(actor=self.actor, rfq_id=rfq_id)
        return self.whole(rfq_id)


class OpeningView(QuotesView):
    """Opening the quotes."""

    @extend_schema(tags=TAGS, operation_id="rfqs_opening", request=None, parameters=KEY,
                   responses=wire.WholeRfqSerializer)  # fmt: skip
    @idempotent
    def post(self, request: Request, rfq_id: UUID) -> Response:
        """Open all quotes together: after the deadline, or once everybody has answered."""
        running.open_quotes(actor=self.actor, rfq_id=rfq_id)
        return self.whole(rfq_id)


class CancelView(QuotesView):
    """Cancelling."""

    @extend_schema(tags=TAGS, operation_id="rfqs_cancel", request=wire.RfqReasonSerializer,
                   parameters=KEY, responses=wire.WholeRfqSerializer)  # fmt: skip
    @idempotent
    def post(self, request: Request, rfq_id: UUID) -> Response:
        """End a request without a choice."""
        own_rfq(self.actor, rfq_id)
        told = self.given(wire.RfqReasonSerializer)
        running.cancel_rfq(actor=self.actor, rfq_id=rfq_id, reason=told["reason"])
        return self.whole(rfq_id)


class QuoteView(QuotesView):
    """Your company's quote."""

    @extend_schema(tags=TAGS, operation_id="rfqs_quote_read", responses=wire.QuoteSerializer)
    def get(self, request: Request, rfq_id: UUID) -> Response:
        """Your quote as it stands."""
        found = selectors.own_quote(self.actor, rfq_id)
        if found is None:
            raise QuoteNotThere()
        return Response(wire.QuoteSerializer(found).data)

    @extend_schema(tags=TAGS, operation_id="rfqs_quote", request=wire.QuoteInputSerializer,
                   responses=wire.QuoteSerializer)  # fmt: skip
    def put(self, request: Request, rfq_id: UUID) -> Response:
        """Quote, or revise the quote."""
        own_invitation(self.actor, rfq_id)
        told = self.given(wire.QuoteInputSerializer)
        quoting.submit_quote(actor=self.actor, rfq_id=rfq_id, quote=wire.quote_input(told))
        return self.get(request, rfq_id)

    @extend_schema(tags=TAGS, operation_id="rfqs_quote_withdraw", responses={204: None})
    def delete(self, request: Request, rfq_id: UUID) -> Response:
        """Take the quote back."""
        quoting.withdraw_quote(actor=self.actor, rfq_id=rfq_id)
        return Response(status=204)


class DeclineView(QuotesView):
    """No quote this time."""

    @extend_schema(tags=TAGS, operation_id="rfqs_decline", request=wire.RfqReasonSerializer,
                   parameters=KEY, responses=wire.WholeRfqSerializer)  # fmt: skip
    @idempotent
    def post(self, request: Request, rfq_id: UUID) -> Response:
        """Say that there will be no quote, and why."""
        own_invitation(self.actor, rfq_id)
        told = self.given(wire.RfqReasonSerializer)
        quoting.decline(actor=self.actor, rfq_id=rfq_id, reason=told["reason"])
        return self.whole(rfq_id)


class ComparisonView(QuotesView):
    """Quotes beside each other."""

    @extend_schema(tags=TAGS, operation_id="rfqs_comparison", responses=wire.ComparisonSerializer)
    def get(self, request: Request, rfq_id: UUID) -> Response:
        """Every quote once they are opened."""
        found = selectors.comparison(self.actor, rfq_id)
        return Response(wire.ComparisonSerializer(wire.comparison_document(found)).data)


class DecisionView(QuotesView):
    """Accepting line by line."""

    @extend_schema(tags=TAGS, operation_id="rfqs_decide", request=wire.DecisionInputSerializer,
                   parameters=KEY, responses={201: wire.RfqOrderSerializer(many=True)})  # fmt: skip
    @idempotent
    def post(self, request: Request, rfq_id: UUID) -> Response:
        """Accept lines and order them."""
        own_rfq(self.actor, rfq_id, DECIDE)
        told = self.given(wire.DecisionInputSerializer)
        choices = [deciding.ChoiceInput(**each) for each in told["choices"]]
        orders = deciding.decide(actor=self.actor, rfq_id=rfq_id, choices=choices)
        return Response(wire.RfqOrderSerializer(orders, many=True).data, status=201)
