"""API: currencies, units, categories. Names come in the language of the request."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from reference import selectors
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
    get=extend_schema(operation_id="units_list", tags=["reference"], parameters=[SEARCH])
)
class UnitsView(ListAPIView[Any]):
    """Units of measure by name."""

    serializer_class = UnitSerializer

    def get_queryset(self) -> Any:
        return selectors.units(self.request.query_params.get("search", ""))


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
