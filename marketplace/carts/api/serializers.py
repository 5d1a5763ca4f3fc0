"""Documents of carts and requisitions over HTTP. Amounts and quantities are decimal strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.carts.models import Requisition, RequisitionLine
from marketplace.carts.selectors import ShownLine
from marketplace.catalog.api.serializers import PriceRuleSerializer
from marketplace.catalog.domain.ordering import Unorderable

QUANTITY: dict[str, Any] = {"max_digits": 15, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 21, "decimal_places": 6}


class CartLineSerializer(serializers.Serializer):
    """A line of the cart as it stands now; ``rule`` is the price that won, null without one."""

    id = serializers.UUIDField()
    offer = serializers.UUIDField()
    supplier = serializers.UUIDField()
    sku = serializers.CharField()
    quantity = serializers.DecimalField(**QUANTITY)
    currency = serializers.CharField()
    added_price = serializers.DecimalField(**MONEY)
    gone = serializers.BooleanField()
    rule = PriceRuleSerializer(allow_null=True)
    total = serializers.DecimalField(max_digits=40, decimal_places=6)
    fault = serializers.ChoiceField([each.value for each in Unorderable], allow_null=True)
    nearest = serializers.DecimalField(allow_null=True, **QUANTITY)


def line_document(shown: ShownLine) -> dict[str, Any]:
    """What CartLineSerializer writes of a line."""
    found = shown.priced
    return {
        "id": shown.line.pk, "offer": shown.line.offer_id, "supplier": shown.offer.company_id,
        "sku": shown.offer.sku, "quantity": shown.line.quantity,
        "currency": shown.line.currency_id, "added_price": shown.line.added_price,
        "gone": shown.is_gone, "rule": found and found.price, "total": shown.total,
        "fault": found and found.fault, "nearest": found and found.nearest,
    }  # fmt: skip


class CartLineInputSerializer(serializers.Serializer):
    """An offer to put in; of the smallest order without a quantity."""

    offer = serializers.UUIDField()
    quantity = serializers.DecimalField(required=False, **QUANTITY)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)


class CartSubmitSerializer(serializers.Serializer):
    """Where to, and what the suppliers are told."""

    address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class RequisitionLineSerializer(serializers.ModelSerializer):
    """A line at the price that was shown when it was sent."""

    class Meta:
        model = RequisitionLine
        fields = ("id", "position", "offer", "quantity", "currency", "unit_price", "price_rule",
                  "total")  # fmt: skip
        read_only_fields = fields


class RequisitionSerializer(serializers.ModelSerializer):
    """A requisition with its lines."""

    lines = RequisitionLineSerializer(many=True)

    class Meta:
        model = Requisition
        fields = ("id", "state", "needs_approval", "asked_at", "delivery_address", "note",
                  "decided_at", "reason", "lines")  # fmt: skip
        read_only_fields = fields


class RequisitionDecisionSerializer(serializers.Serializer):
    """Yes, or back with a reason."""

    approve = serializers.BooleanField()
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)
