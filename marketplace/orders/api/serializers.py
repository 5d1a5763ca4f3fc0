"""Documents of orders over HTTP. Amounts and quantities are decimal strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.orders.domain.life import Move
from marketplace.orders.models import Order, OrderEvent, OrderLine, OrderState
from marketplace.orders.wording import BUTTON

QUANTITY: dict[str, Any] = {"max_digits": 15, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 21, "decimal_places": 6}


class OrderFilterSerializer(serializers.Serializer):
    """What narrows the list of orders."""

    state = serializers.ChoiceField(OrderState.choices, required=False)
    search = serializers.CharField(required=False, help_text="The number or a party's name.")


class OrderSerializer(serializers.ModelSerializer):
    """An order without its lines."""

    buyer_name = serializers.CharField(source="buyer.legal_name")
    supplier_name = serializers.CharField(source="supplier.legal_name")

    class Meta:
        model = Order
        fields = ("id", "number", "buyer", "buyer_name", "supplier", "supplier_name", "state",
                  "currency", "total", "delivery_country", "delivery_address", "note", "source",
                  "source_id", "source_reference", "placed_at", "changed_at")  # fmt: skip
        read_only_fields = fields


class OrderLineSerializer(serializers.ModelSerializer):
    """A line as it was ordered, and as it was answered."""

    class Meta:
        model = OrderLine
        fields = ("id", "position", "offer", "product", "sku", "name", "unit", "quantity",
                  "unit_price", "price_rule", "total", "lead_time_days", "answer",
                  "answered_quantity", "answered_price", "answered_delivery")  # fmt: skip
        read_only_fields = fields


class OrderEventSerializer(serializers.ModelSerializer):
    """One move of an order."""

    class Meta:
        model = OrderEvent
        fields = ("move", "side", "state", "reason", "detail", "at")
        read_only_fields = fields


class WholeOrderSerializer(OrderSerializer):
    """An order with its lines and history."""

    lines = OrderLineSerializer(many=True)
    events = OrderEventSerializer(many=True)

    class Meta(OrderSerializer.Meta):
        fields = (*OrderSerializer.Meta.fields, "lines", "events")
        read_only_fields = fields


class OrderMoveSerializer(serializers.Serializer):
    """A move that needs no values."""

    move = serializers.ChoiceField([each.value for each in Move if each in BUTTON])
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class LineAnswerSerializer(serializers.Serializer):
    """What the supplier says of a line."""

    line_id = serializers.UUIDField()
    quantity = serializers.DecimalField(**QUANTITY)
    unit_price = serializers.DecimalField(**MONEY)
    delivery = serializers.DateField(required=False, allow_null=True)


class OrderAnswerSerializer(serializers.Serializer):
    """The supplier's answer to every line."""

    lines = LineAnswerSerializer(many=True, max_length=500)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)
