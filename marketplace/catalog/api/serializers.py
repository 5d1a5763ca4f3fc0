"""The catalog's documents over HTTP. Amounts and quantities are decimal strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.catalog import wording
from marketplace.catalog.domain.ordering import Unorderable
from marketplace.catalog.domain.prices import Why
from marketplace.catalog.models import (
    CustomerGroup,
    GroupMember,
    Offer,
    OfferState,
    PackLevel,
    Price,
    PriceChange,
    PriceScope,
    Product,
)
from marketplace.catalog.pricing import Priced

QUANTITY: dict[str, Any] = {"max_digits": 15, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 21, "decimal_places": 6}


class SearchSerializer(serializers.Serializer):
    """What narrows a list of offers."""

    search = serializers.CharField(required=False, help_text="Words, SKU, GTIN or part number.")


class OwnFilterSerializer(SearchSerializer):
    """What narrows the list of own offers."""

    state = serializers.ChoiceField(OfferState.choices, required=False)


class AskSerializer(serializers.Serializer):
    """For what a price is asked. Without a quantity for the smallest order."""

    quantity = serializers.DecimalField(required=False, **QUANTITY)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    territory = serializers.RegexField(
        r"^[A-Z]{2}$", required=False, help_text="ISO 3166; your company's country if left out."
    )
    at = serializers.DateTimeField(required=False, help_text="Now if left out.")


class CatalogProductSerializer(serializers.ModelSerializer):
    """A product, shared by all who offer it. ``gtin`` has fourteen digits; ``attributes`` are the
    values of the category's attributes by key, numbers as decimal text in the attribute's unit."""

    attributes = serializers.DictField(child=serializers.JSONField())

    class Meta:
        model = Product
        fields = ("id", "name_en", "name_ru", "name_uk", "manufacturer", "part_number", "gtin",
                  "category", "attributes")  # fmt: skip
        read_only_fields = fields


class CatalogOfferSerializer(serializers.ModelSerializer):
    """An offer as buyers read it."""

    product = CatalogProductSerializer()
    supplier = serializers.UUIDField(source="company_id")
    supplier_name = serializers.CharField(source="company.legal_name")

    class Meta:
        model = Offer
        fields = ("id", "supplier", "supplier_name", "sku", "product", "unit", "content_quantity",
                  "content_unit", "increment", "min_order", "max_order", "pack_level",
                  "lead_time_days", "warranty_months", "territory", "valid_from",
                  "valid_until")  # fmt: skip
        read_only_fields = fields


class OwnOfferSerializer(CatalogOfferSerializer):
    """An offer as its supplier reads it."""

    class Meta(CatalogOfferSerializer.Meta):
        fields = (*CatalogOfferSerializer.Meta.fields, "state", "created_at", "updated_at",
                  "published_at", "withdrawn_at")  # fmt: skip
        read_only_fields = fields


class CatalogProductInputSerializer(serializers.Serializer):
    """A product: a name in one language at least. ``attributes`` by key: text, true or false, a
    choice's value, a date, a number as text in the attribute's unit or ``{"amount", "unit"}`` in
    another; left out they stay as they are."""

    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name_ru = serializers.CharField(max_length=200, required=False, allow_blank=True)
    name_uk = serializers.CharField(max_length=200, required=False, allow_blank=True)
    manufacturer = serializers.CharField(max_length=200, required=False, allow_blank=True)
    part_number = serializers.CharField(max_length=80, required=False, allow_blank=True)
    gtin = serializers.CharField(max_length=20, required=False, allow_blank=True)
    category = serializers.CharField(max_length=10, required=False, allow_blank=True)
    attributes = serializers.DictField(child=serializers.JSONField(allow_null=True), required=False)


class CatalogOfferInputSerializer(serializers.Serializer):
    """What an offer says; with PUT what is left out takes its usual value."""

    product = CatalogProductInputSerializer()
    sku = serializers.CharField(max_length=80)
    unit = serializers.CharField(max_length=3, required=False)
    content_quantity = serializers.DecimalField(required=False, **QUANTITY)
    content_unit = serializers.CharField(max_length=3, required=False)
    increment = serializers.DecimalField(required=False, **QUANTITY)
    min_order = serializers.DecimalField(required=False, **QUANTITY)
    max_order = serializers.DecimalField(required=False, allow_null=True, **QUANTITY)
    pack_level = serializers.ChoiceField(PackLevel.choices, required=False)
    lead_time_days = serializers.IntegerField(required=False, allow_null=True)
    warranty_months = serializers.IntegerField(required=False, allow_null=True)
    territory = serializers.ListField(
        child=serializers.CharField(max_length=2), required=False, max_length=250
    )
    valid_from = serializers.DateTimeField(required=False)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)


class CatalogPriceSerializer(serializers.ModelSerializer):
    """A price as its supplier reads it: from ``valid_from`` on and not at ``valid_until``."""

    class Meta:
        model = Price
        fields = ("id", "scope", "customer", "group", "contract", "amount", "currency", "least",
                  "below", "territory", "valid_from", "valid_until", "created_at")  # fmt: skip
        read_only_fields = fields


class CatalogPriceInputSerializer(serializers.Serializer):
    """A price to add, of one orderable unit."""

    amount = serializers.DecimalField(**MONEY)
    currency = serializers.CharField(max_length=3)
    scope = serializers.ChoiceField(PriceScope.choices, required=False)
    customer = serializers.UUIDField(required=False, allow_null=True)
    group = serializers.UUIDField(required=False, allow_null=True)
    contract = serializers.CharField(max_length=80, required=False, allow_blank=True)
    least = serializers.DecimalField(required=False, **QUANTITY)
    below = serializers.DecimalField(required=False, allow_null=True, **QUANTITY)
    territory = serializers.ListField(
        child=serializers.CharField(max_length=2), required=False, max_length=250
    )
    valid_from = serializers.DateTimeField(required=False)
    valid_until = serializers.DateTimeField(required=False, allow_null=True)


class PriceEndSerializer(serializers.Serializer):
    """From when on the price holds no more; now if left out."""

    at = serializers.DateTimeField(required=False)


class PriceChangeSerializer(serializers.ModelSerializer):
    """One line of the history of an offer's prices."""

    class Meta:
        model = PriceChange
        fields = ("id", "price", "kind", "valid_until", "at")
        read_only_fields = fields


class GroupMemberSerializer(serializers.ModelSerializer):
    """A customer of a group."""

    name = serializers.CharField(source="company.legal_name")

    class Meta:
        model = GroupMember
        fields = ("company", "name", "added_at")
        read_only_fields = fields


class CustomerGroupSerializer(serializers.ModelSerializer):
    """A customer group with its customers."""

    members = GroupMemberSerializer(many=True, read_only=True)

    class Meta:
        model = CustomerGroup
        fields = ("id", "name", "members")
        read_only_fields = ("id",)


class CustomerGroupInputSerializer(serializers.Serializer):
    """A group to make."""

    name = serializers.CharField(max_length=120)


class GroupMemberInputSerializer(serializers.Serializer):
    """A customer to put in or take out."""

    company = serializers.UUIDField()


class PriceRuleSerializer(serializers.Serializer):
    """A price as the buyer that it concerns reads it."""

    id = serializers.UUIDField(source="pk")
    scope = serializers.ChoiceField(PriceScope.choices)
    contract = serializers.CharField()
    amount = serializers.DecimalField(**MONEY)
    currency = serializers.CharField(source="currency_id")
    least = serializers.DecimalField(**QUANTITY)
    below = serializers.DecimalField(allow_null=True, **QUANTITY)
    territory = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)


class PassedPriceSerializer(serializers.Serializer):
    """A price that did not count, and why."""

    price = PriceRuleSerializer()
    why = serializers.ChoiceField([each.value for each in Why])
    reason = serializers.CharField()


class PriceStepSerializer(serializers.Serializer):
    """From which quantity which price counts; null: none."""

    least = serializers.DecimalField(**QUANTITY)
    amount = serializers.DecimalField(allow_null=True, **MONEY)


class PricedOfferSerializer(serializers.Serializer):
    """What an offer costs your company. Without a price ``rule`` is null and ``why`` says why."""

    quantity = serializers.DecimalField(**QUANTITY)
    currency = serializers.CharField()
    currencies = serializers.ListField(child=serializers.CharField())
    territory = serializers.CharField()
    at = serializers.DateTimeField()
    amount = serializers.DecimalField(allow_null=True, **MONEY)
    total = serializers.DecimalField(allow_null=True, max_digits=40, decimal_places=6)
    rule = PriceRuleSerializer(allow_null=True)
    why = serializers.ChoiceField([each.value for each in Why], allow_null=True)
    reason = serializers.CharField()
    fault = serializers.ChoiceField([each.value for each in Unorderable], allow_null=True)
    nearest = serializers.DecimalField(**QUANTITY)
    others = PassedPriceSerializer(many=True)
    ladder = PriceStepSerializer(many=True)


def priced_document(found: Priced) -> dict[str, Any]:
    """What PricedOfferSerializer writes of an answer."""
    price = found.price
    return {
        **{name: getattr(found, name) for name in (
            "quantity", "currency", "currencies", "territory", "at", "total", "fault", "nearest")},
        "amount": price and price.amount,
        "rule": price,
        "why": found.why,
        "reason": wording.WON[price.scope] if price else wording.NOTHING[found.why or Why.NO_PRICE],
        "others": [
            {"price": each, "why": why, "reason": wording.PASSED[why]}
            for each, why in found.others
        ],
        "ladder": [
            {"least": least, "amount": each and each.amount} for least, each in found.ladder
        ],
    }  # fmt: skip
