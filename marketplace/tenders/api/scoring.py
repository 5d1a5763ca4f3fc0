"""Values of the criteria over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY
from infra.idempotency import idempotent
from infra.pagination import DefaultPagination
from kernel.decimals import to_wire
from marketplace.tenders.api.views import TAGS, TenderView
from marketplace.tenders.services import scoring


class ValuesSerializer(serializers.Serializer[Any]):
    """One supplier's values on one lot, in the order of the terms' criteria."""

    lot = serializers.IntegerField(min_value=1, max_value=200)
    values = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20)


class ValuedSerializer(serializers.Serializer[Any]):
    """What is set for one supplier; ``fixed``: it cannot be changed any more."""

    company = serializers.UUIDField(source="company_id")
    name = serializers.CharField()
    lot = serializers.IntegerField()
    values = serializers.SerializerMethodField()
    fixed = serializers.BooleanField()

    def get_values(self, row: scoring.Valued) -> list[str] | None:
        return None if row.values is None else [to_wire(value) for value in row.values]


class ScoringView(TenderView):
    """The values of every supplier on one lot of one's own tender."""

    @extend_schema(
        tags=TAGS, operation_id="tender_scoring_list",
        parameters=[OpenApiParameter("lot", type=int, description="Its number; 1 if absent.")],
        responses=ValuedSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, tender_id: UUID) -> Response:
        """By name of the supplier."""
        tender, found = scoring.scored_suppliers(self.actor, tender_id)
        text = request.query_params.get("lot", "1")
        lot = int(text) if text.isdecimal() and len(text) < 5 else 0
        paginator = DefaultPagination()
        page = paginator.paginate_queryset(found, request, view=self)
        rows = scoring.valued(tender, page or [], lot)
        return paginator.get_paginated_response(ValuedSerializer(rows, many=True).data)


class SupplierScoringView(TenderView):
    """The values of one supplier."""

    @extend_schema(
        tags=TAGS, operation_id="tender_scoring_set", parameters=[IDEMPOTENCY_KEY],
        request=ValuesSerializer, responses={201: ValuedSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, company_id: UUID) -> Response:
        """Fix them; they may be set again until the lot starts or, where bids are not sealed, the
        supplier bids."""
        given = ValuesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        row = scoring.set_values(
            actor=self.actor, tender_id=tender_id, company_id=company_id, **given.validated_data
        )
        return Response(ValuedSerializer(row).data, status=201)
