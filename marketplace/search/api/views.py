"""The search over HTTP, for companies that buy."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from marketplace.search import asked, selectors
from marketplace.search.api import serializers as wire
from marketplace.search.domain.query import LONGEST

TAGS = ["catalog"]
Q = OpenApiParameter("q", type=str, description="Words, or the beginning of a SKU or GTIN.")
FILTERS = [
    Q,
    OpenApiParameter("category", type=str, description="A category with all below it."),
    OpenApiParameter("supplier", type=UUID),
    OpenApiParameter("country", type=str, description="Of the supplier, ISO 3166."),
    OpenApiParameter("territory", type=str, description="Delivered to; your country if left out."),
    OpenApiParameter("lead_time", type=int, description="At most so many days."),
    OpenApiParameter("currency", type=str, description="Of the price's bounds."),
    OpenApiParameter("price_from", type=Decimal, description="Of the public price."),
    OpenApiParameter("price_to", type=Decimal, description="Of the public price."),
    OpenApiParameter("preferred", type=bool, description="Only suppliers on your lists."),
    OpenApiParameter(
        "a.{key}", type=str, many=True,
        description="Values of an attribute. Of a number also a.{key}.from and a.{key}.to, in the "
        "unit a.{key}.unit or its own.",
    ),
]  # fmt: skip
PAGE = OpenApiParameter("page", type=int)


class SearchView(ActorView):
    """What can be ordered, by words, numbers and filters."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_search", parameters=[*FILTERS, PAGE],
        responses=wire.CatalogFoundSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Offers of verified suppliers, those on your lists first, each with your price."""
        page = request.query_params.get("page", "1")
        found = selectors.search(
            self.actor, _typed(request), asked.read(request.query_params),
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1,
        )  # fmt: skip
        told = {
            "count": found.total, "capped": found.capped, "page": found.page,
            "pages": found.pages, "instead": found.instead, "territory": found.territory,
            "results": [
                {"offer": offer, "price": priced.price,
                 "preferred": offer.company_id in found.preferred}
                for offer, priced in found.rows
            ],
        }  # fmt: skip
        return Response(wire.CatalogFoundSerializer(told).data)


class FacetsView(ActorView):
    """How what a search finds divides."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_search_facets", parameters=FILTERS,
        responses=wire.CatalogFacetsSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Categories, suppliers, lead times and attributes, the most frequent values of each."""
        told = selectors.facets(self.actor, _typed(request), asked.read(request.query_params))
        return Response(wire.CatalogFacetsSerializer(told).data)


class SuggestionsView(ActorView):
    """How a search may go on."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_search_suggestions", parameters=[Q],
        responses=wire.CatalogSuggestionsSerializer,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Up to eight ends of the last word, as names of products have them."""
        told = selectors.suggestions(self.actor, request.query_params.get("q", "")[:LONGEST])
        return Response(wire.CatalogSuggestionsSerializer({"suggestions": told}).data)


def _typed(request: Request) -> str:
    return request.query_params.get("q", "")[:LONGEST].strip()
