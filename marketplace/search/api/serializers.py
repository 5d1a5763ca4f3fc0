"""The search's documents over HTTP. Amounts are decimal strings."""

from __future__ import annotations

from rest_framework import serializers

from marketplace.catalog.api.serializers import CatalogOfferSerializer


class CatalogFoundPriceSerializer(serializers.Serializer):
    """What one unit of the smallest order costs your company, and of which scope the price is."""

    amount = serializers.DecimalField(max_digits=21, decimal_places=6)
    currency = serializers.CharField(source="currency_id")
    scope = serializers.CharField()


class CatalogFoundOfferSerializer(serializers.Serializer):
    """An offer found; ``price`` is null where the supplier set none for you."""

    offer = CatalogOfferSerializer()
    price = CatalogFoundPriceSerializer(allow_null=True)
    preferred = serializers.BooleanField(help_text="The supplier is on a list of your company.")


class CatalogFoundSerializer(serializers.Serializer):
    """A page of a search, 24 offers. ``capped``: more fit than are counted. ``instead`` are the
    words searched for because nothing fits those given."""

    count = serializers.IntegerField()
    capped = serializers.BooleanField()
    page = serializers.IntegerField()
    pages = serializers.IntegerField()
    instead = serializers.CharField(allow_blank=True)
    territory = serializers.CharField()
    results = CatalogFoundOfferSerializer(many=True)


class CatalogFacetChoiceSerializer(serializers.Serializer):
    """A value and how many products, or offers of a supplier, have it."""

    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    chosen = serializers.BooleanField()


class CatalogAttributeFacetSerializer(serializers.Serializer):
    """An attribute with its values; of a number ``least`` and ``most`` in its unit."""

    key = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField(source="unit.code", allow_null=True, default=None)
    least = serializers.CharField(allow_blank=True)
    most = serializers.CharField(allow_blank=True)
    choices = CatalogFacetChoiceSerializer(many=True)


class CatalogFacetsSerializer(serializers.Serializer):
    """How what a search finds divides. ``capped``: only the first products were counted."""

    categories = CatalogFacetChoiceSerializer(many=True)
    suppliers = CatalogFacetChoiceSerializer(many=True)
    lead_times = CatalogFacetChoiceSerializer(many=True)
    attributes = CatalogAttributeFacetSerializer(many=True)
    capped = serializers.BooleanField()


class CatalogSuggestionsSerializer(serializers.Serializer):
    """What was typed with its last word finished."""

    suggestions = serializers.ListField(child=serializers.CharField())
