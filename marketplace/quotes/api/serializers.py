"""Requests and quotes over HTTP. Amounts and quantities are decimal strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.quotes.comparison import Comparison
from marketplace.quotes.models import Quote, QuoteLine, Rfq, RfqInvitation, RfqLine, RfqState
from marketplace.quotes.services.drafting import LineInput, RfqInput
from marketplace.quotes.services.quoting import AnswerInput, QuoteInput

QUANTITY: dict[str, Any] = {"max_digits": 15, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 21, "decimal_places": 6}


class RfqFilterSerializer(serializers.Serializer):
    """What narrows the list."""

    state = serializers.ChoiceField(RfqState.choices, required=False)


class RfqLineSerializer(serializers.ModelSerializer):
    """What is asked."""

    class Meta:
        model = RfqLine
        fields = ("id", "position", "product", "name", "category", "quantity", "unit", "wanted_on",
                  "note")  # fmt: skip
        read_only_fields = fields


class RfqInvitationSerializer(serializers.ModelSerializer):
    """Who is invited and how it answered; no price."""

    supplier_name = serializers.CharField(source="supplier.legal_name")

    class Meta:
        model = RfqInvitation
        fields = ("supplier", "supplier_name", "state", "reason", "answered_at")
        read_only_fields = fields


class RfqSerializer(serializers.ModelSerializer):
    """A request in a list."""

    buyer = serializers.UUIDField(source="company_id")
    buyer_name = serializers.CharField(source="company.legal_name")

    class Meta:
        model = Rfq
        fields = ("id", "number", "title", "note", "buyer", "buyer_name", "currency", "deadline",
                  "delivery_country", "delivery_address", "names_shown", "state", "reason",
                  "published_at", "quotes_opened_at", "ended_at")  # fmt: skip
        read_only_fields = fields


class WholeRfqSerializer(RfqSerializer):
    """A request with its lines; ``invitations`` are for the buyer, empty for a supplier."""

    lines = RfqLineSerializer(many=True)
    invitations = serializers.SerializerMethodField()

    class Meta(RfqSerializer.Meta):
        fields = (*RfqSerializer.Meta.fields, "lines", "invitations")
        read_only_fields = fields

    def get_invitations(self, rfq: Rfq) -> list[dict[str, Any]]:
        """Nobody's but the buyer's to read."""
        if rfq.company_id != self.context["actor"].company_id:
            return []
        found = rfq.invitations.select_related("supplier").order_by("supplier__latin_name", "id")
        return RfqInvitationSerializer(found, many=True).data  # type: ignore[return-value]


class RfqLineInputSerializer(serializers.Serializer):
    """A line to ask for."""

    quantity = serializers.DecimalField(**QUANTITY)
    unit = serializers.CharField(max_length=3, required=False)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    product = serializers.UUIDField(required=False, allow_null=True)
    category = serializers.CharField(max_length=10, required=False, allow_blank=True)
    wanted_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class RfqInputSerializer(serializers.Serializer):
    """A whole draft; with PUT the lines are replaced and suppliers added."""

    title = serializers.CharField(max_length=200)
    deadline = serializers.DateTimeField()
    delivery_country = serializers.CharField(max_length=2)
    currency = serializers.CharField(max_length=3, required=False)
    delivery_address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    names_shown = serializers.BooleanField(required=False)
    lines = RfqLineInputSerializer(many=True, required=False)
    suppliers = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)


class RfqReasonSerializer(serializers.Serializer):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class QuoteLineSerializer(serializers.ModelSerializer):
    """The answer to a line."""

    class Meta:
        model = QuoteLine
        fields = ("id", "line", "price", "quantity", "lead_time_days", "offer", "alternative",
                  "note", "no_bid")  # fmt: skip
        read_only_fields = fields


class QuoteSerializer(serializers.ModelSerializer):
    """A quote."""

    answers = QuoteLineSerializer(source="lines", many=True)

    class Meta:
        model = Quote
        fields = ("id", "currency", "valid_until", "note", "state", "revision", "submitted_at",
                  "answers")  # fmt: skip
        read_only_fields = fields


class QuoteAnswerInputSerializer(serializers.Serializer):
    """The answer to a line: a price, or why there is no bid."""

    line = serializers.UUIDField()
    price = serializers.DecimalField(required=False, allow_null=True, **MONEY)
    quantity = serializers.DecimalField(required=False, allow_null=True, **QUANTITY)
    lead_time_days = serializers.IntegerField(required=False, allow_null=True)
    offer = serializers.UUIDField(required=False, allow_null=True)
    alternative = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    no_bid = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class QuoteInputSerializer(serializers.Serializer):
    """A quote, or its revision: every line is answered."""

    valid_until = serializers.DateField()
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    answers = QuoteAnswerInputSerializer(many=True)


class ChoiceInputSerializer(serializers.Serializer):
    """So much of an answer, and why where that needs a reason."""

    answer = serializers.UUIDField()
    quantity = serializers.DecimalField(**QUANTITY)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class DecisionInputSerializer(serializers.Serializer):
    """What is accepted."""

    choices = ChoiceInputSerializer(many=True)


class RfqOrderSerializer(serializers.Serializer):
    """An order that followed."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    supplier = serializers.UUIDField(source="supplier_id")
    currency = serializers.CharField(source="currency_id")
    total = serializers.DecimalField(max_digits=36, decimal_places=6)


class ComparedQuoteSerializer(serializers.Serializer):
    """A supplier's quote in the comparison."""

    supplier = serializers.UUIDField(source="quote.invitation.supplier_id")
    supplier_name = serializers.CharField(source="quote.invitation.supplier.legal_name")
    total = serializers.DecimalField(max_digits=36, decimal_places=6)
    missing = serializers.IntegerField()
    lowest_total = serializers.BooleanField()
    expires = serializers.ChoiceField(["", "soon", "over"])
    quote = QuoteSerializer()


class ComparisonSerializer(serializers.Serializer):
    """Every quote, and for each line the ids of the answers with the lowest price."""

    quotes = ComparedQuoteSerializer(source="columns", many=True)
    lowest = serializers.DictField(child=serializers.ListField(child=serializers.UUIDField()))


def comparison_document(found: Comparison) -> dict[str, Any]:
    """What ComparisonSerializer writes."""
    return {
        "columns": found.columns,
        "lowest": {
            str(line.pk): [each.answer.pk for each in cells if each.lowest and each.answer]
            for line, cells in found.rows
        },
    }


def rfq_input(told: dict[str, Any]) -> RfqInput:
    """The body as the services take it, without lines and suppliers."""
    return RfqInput(**{k: v for k, v in told.items() if k not in ("lines", "suppliers")})


def line_inputs(told: dict[str, Any]) -> list[LineInput]:
    """The lines of the body."""
    return [LineInput(**each) for each in told.get("lines", ())]


def quote_input(told: dict[str, Any]) -> QuoteInput:
    """The body as the services take it."""
    answers = [AnswerInput(**each) for each in told.pop("answers")]
    return QuoteInput(**told, answers=answers)
