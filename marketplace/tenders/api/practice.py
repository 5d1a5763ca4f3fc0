"""API: a supplier's practice before the auction of a tender begins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auctions.rehearsal.errors import PracticeNotFound
from auctions.rehearsal.models import Practice
from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from marketplace.tenders.services import practising

TAGS = ["rehearsals"]


class PracticeInputSerializer(serializers.Serializer[Any]):
    """How many simulated bidders; price levels where the terms tell none."""

    rivals = serializers.IntegerField(required=False)
    prices = serializers.DictField(child=serializers.CharField(max_length=40), required=False)


class PracticeSerializer(serializers.ModelSerializer[Practice]):
    """``auction_id`` is an auction as any other: socket, commands, receipts."""

    phase = serializers.CharField(source="auction.phase", read_only=True)

    class Meta:
        model = Practice
        fields = ("auction_id", "phase", "created_at", "expires_at")
        read_only_fields = fields


class PracticeView(ActorView):
    @extend_schema(tags=TAGS, operation_id="practice_read", responses=PracticeSerializer)
    def get(self, request: Request, tender_id: UUID) -> Response:
        """The company's practice for this tender."""
        found = practising.practice_of(self.actor, tender_id)
        if found is None:
            raise PracticeNotFound()
        return Response(PracticeSerializer(found).data)

    @extend_schema(
        tags=TAGS, operation_id="practice_begin", parameters=[IDEMPOTENCY_KEY],
        request=PracticeInputSerializer, responses={201: PracticeSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Begin one; its auction starts in twenty seconds."""
        given = PracticeInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        typed = dict(given.validated_data)
        for lot, price in typed.pop("prices", {}).items():
            typed[f"price_{lot}"] = price
        made = practising.begin(actor=self.actor, tender_id=tender_id, typed=typed)
        return Response(PracticeSerializer(made).data, status=201)

    @extend_schema(tags=TAGS, operation_id="practice_end", responses={204: None})
    def delete(self, request: Request, tender_id: UUID) -> Response:
        """End and delete it."""
        practising.end(actor=self.actor, tender_id=tender_id)
        return Response(status=204)
