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
from reference import selectors
from reference.domain.numbers import decimal, number
from reference.models import Category, Currency, Unit

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
    """A category; ``parent`` is the code above it."""

    name = serializers.CharField(read_only=True)

    class Meta:
        model = Category
        fields = ("code", "name", "level", "parent")
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
        ],
    )
)
class CategoriesView(ListAPIView[Any]):
    """Categories of goods and services (CPV), general ones first."""

    serializer_class = CategorySerializer

    def get_queryset(self) -> Any:
        asked = self.request.query_params
        return selectors.categories(asked.get("search", ""), parent=asked.get("parent") or None)
