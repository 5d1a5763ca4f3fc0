"""API: currencies, units, categories. Names come in the language of the request."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from kernel.decimals import to_wire
from reference import selectors, taxonomies
from reference.domain.numbers import decimal, number
from reference.models import AttributeKind, Category, Currency, Relation, Taxonomy, Unit

SEARCH = OpenApiParameter("search", str, description="Words of the name, or a code's beginning.")


class CurrencySerializer(serializers.ModelSerializer[Currency]):
    """A currency; ``digits`` is its number of decimal places."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = Currency
        fields = ("code", "digits", "name")
        read_only_fields = fields


class UnitSerializer(serializers.ModelSerializer[Unit]):
    """A unit of measure."""

    name = serializers.CharField(read_only=True)
    symbol = serializers.CharField(read_only=True)

    class Meta:
        model = Unit
        fields = ("code", "symbol", "name")
        read_only_fields = fields


class ConversionAsked(serializers.Serializer[Any]):
    """What is converted."""

    amount = serializers.CharField(max_length=60)
    source = serializers.CharField(max_length=3)
    target = serializers.CharField(max_length=3)


class ConversionSerializer(serializers.Serializer[Any]):
    """An amount in another unit; ``fraction`` is the exact result, ``result`` all of it only where
    ``exact``: otherwise 15 significant digits."""

    amount = serializers.CharField()
    source = serializers.CharField()
    target = serializers.CharField()
    result = serializers.CharField()
    exact = serializers.BooleanField()
    fraction = serializers.CharField()


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A category; ``parent`` is the code above it, ``notation`` its code in its own taxonomy."""

    name = serializers.CharField(read_only=True)
    taxonomy = serializers.ChoiceField(Taxonomy.choices, read_only=True)

    class Meta:
        model = Category
        fields = ("code", "name", "level", "parent", "taxonomy", "notation")
        read_only_fields = fields


@extend_schema_view(
    get=extend_schema(operation_id="currencies_list", tags=["reference"], parameters=[SEARCH])
)
class CurrenciesView(ListAPIView[Any]):
    """Currencies by code."""

    serializer_class = CurrencySerializer

    def get_queryset(self) -> Any:
        return selectors.currencies(self.request.query_params.get("search", ""))


@extend_schema_view(
    get=extend_schema(
        operation_id="units_list",
        tags=["reference"],
        parameters=[
            SEARCH,
            OpenApiParameter("like", str, description="Only those that this unit converts into."),
        ],
    )
)
class UnitsView(ListAPIView[Any]):
    """Units of measure by name."""

    serializer_class = UnitSerializer

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        return selectors.units(asked.get("search", ""), like=asked.get("like", ""))


class ConversionView(APIView):
    """An amount of one unit of measure in another of the same quantity."""

    @extend_schema(
        operation_id="units_convert",
        tags=["reference"],
        parameters=[ConversionAsked],
        responses=ConversionSerializer,
    )
    def get(self, request: Request) -> Response:
        """``?amount=2&source=TNE&target=KGM``; 422 where the two measure different quantities."""
        asked = ConversionAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        amount = number(given["amount"])
        found = selectors.convert(amount, given["source"], given["target"])
        shown, whole = decimal(found)
        return Response(
            {
                **given,
                "amount": to_wire(decimal(amount)[0]),
                "result": to_wire(shown),
                "exact": whole,
                "fraction": str(found),
            }
        )


@extend_schema_view(
    get=extend_schema(
        operation_id="categories_list",
        tags=["reference"],
        parameters=[
            SEARCH,
            OpenApiParameter("parent", str, description="Only children of a code."),
            OpenApiParameter("taxonomy", str, enum=Taxonomy.values, description="CPV if not told."),
        ],
    )
)
class CategoriesView(ListAPIView[Any]):
    """Categories of goods and services of a taxonomy, general ones first."""

    serializer_class = CategorySerializer

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        return selectors.categories(
            asked.get("search", ""),
            parent=asked.get("parent") or None,
            taxonomy=asked.get("taxonomy") or Taxonomy.CPV,
        )


class ChoiceSerializer(serializers.Serializer[Any]):
    """A value that may be chosen."""

    value = serializers.CharField()
    name = serializers.CharField()


class AttributeSerializer(serializers.Serializer[Any]):
    """What goods of a category are described by. Only a number has ``unit``, ``decimals`` and
    bounds, only a choice has ``choices``; ``category`` is where it was defined."""

    key = serializers.CharField(source="attribute.key")
    name = serializers.CharField(source="attribute.name")
    kind = serializers.ChoiceField(AttributeKind.choices, source="attribute.kind")
    unit = serializers.CharField(source="attribute.unit_id", allow_null=True)
    decimals = serializers.IntegerField(source="attribute.decimals", allow_null=True)
    lowest = serializers.DecimalField(24, 9, source="attribute.lowest", allow_null=True,
                                      normalize_output=True)  # fmt: skip
    highest = serializers.DecimalField(24, 9, source="attribute.highest", allow_null=True,
                                       normalize_output=True)  # fmt: skip
    required = serializers.BooleanField(source="attribute.required")
    choices = ChoiceSerializer(source="attribute.choices", many=True)
    category = serializers.CharField(source="attribute.category_id")
    inherited = serializers.BooleanField()


class AttributesView(APIView):
    """What goods of a category are described by, inherited from above included."""

    @extend_schema(
        operation_id="category_attributes",
        tags=["reference"],
        responses=AttributeSerializer(many=True),
    )
    def get(self, request: Request, category: str) -> Response:
        """General ones first; those that are retired are left out."""
        found = taxonomies.held(taxonomies.way_to(category))
        return Response(AttributeSerializer(found, many=True).data)


class CorrespondingSerializer(serializers.Serializer[Any]):
    """A category of another taxonomy; ``relation`` is what it is to the one asked about."""

    code = serializers.CharField(source="category.code")
    taxonomy = serializers.ChoiceField(Taxonomy.choices, source="category.taxonomy")
    notation = serializers.CharField(source="category.notation")
    name = serializers.CharField(source="category.name")
    relation = serializers.ChoiceField(Relation.choices)


class MappingsView(APIView):
    """Which categories of other taxonomies a category corresponds to."""

    @extend_schema(
        operation_id="category_mappings",
        tags=["reference"],
        responses=CorrespondingSerializer(many=True),
    )
    def get(self, request: Request, category: str) -> Response:
        """The same ones first; told from whichever side the pair was brought in."""
        taxonomies.way_to(category)
        found = taxonomies.corresponding(category)
        return Response(CorrespondingSerializer(found, many=True).data)
