"""API: alerts and connections of one auction, for its buyer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auctions.integrity import history, services
from auctions.integrity.wording import BENIGN, FORMULAS
from auctions.models import AlertDecision, IntegrityAlert, SeatConnection
from auctions.models.connection import ConnectionEnd
from auctions.models.integrity import AlertState
from crm_core.access.api.base import ActorView


class AlertDecisionSerializer(serializers.ModelSerializer[AlertDecision]):
    """What somebody made of an alert."""

    by = serializers.CharField(source="by.full_name", default="", read_only=True)

    class Meta:
        model = AlertDecision
        fields = ("state", "reason", "by", "at")
        read_only_fields = fields


class IntegrityAlertSerializer(serializers.ModelSerializer[IntegrityAlert]):
    """One sign, with the facts it rests on; `who` are seats of this auction. `formula` says how it
    is found, `benign` what else it may be."""

    formula = serializers.SerializerMethodField()
    benign = serializers.SerializerMethodField()
    decisions = AlertDecisionSerializer(many=True, read_only=True)

    class Meta:
        model = IntegrityAlert
        fields = (
            "id", "kind", "lot", "who", "evidence", "formula", "benign", "state", "created_at",
            "decisions",
        )  # fmt: skip
        read_only_fields = fields

    def get_formula(self, alert: IntegrityAlert) -> str:
        return str(FORMULAS[alert.kind])

    def get_benign(self, alert: IntegrityAlert) -> str:
        return str(BENIGN[alert.kind])


class NewAlertDecisionSerializer(serializers.Serializer[Any]):
    """What you make of an alert; to dismiss it a reason is needed."""

    state = serializers.ChoiceField(AlertState.choices)
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class SeatConnectionSerializer(serializers.ModelSerializer[SeatConnection]):
    """One connection of one seat; `how` is empty while it is open."""

    how = serializers.ChoiceField(ConnectionEnd.choices, allow_blank=True)

    class Meta:
        model = SeatConnection
        fields = ("seat", "opened_at", "ended_at", "how", "rtt_ms")
        read_only_fields = fields


class IntegrityAlertsView(ActorView):
    """Signs of bidders who do not compete."""

    @extend_schema(
        operation_id="auctions_integrity_alerts",
        tags=["auctions"],
        responses=IntegrityAlertSerializer(many=True),
        description="Found after the close, for the buyer alone. Each may have a good reason.",
    )
    def get(self, request: Request, auction_id: UUID) -> Response:
        _place, found = services.alerts_of(self.actor, auction_id)
        return self.paginated(found, IntegrityAlertSerializer)


class AlertDecisionsView(ActorView):
    """What came of an alert."""

    @extend_schema(
        operation_id="auctions_integrity_decide",
        tags=["auctions"],
        request=NewAlertDecisionSerializer,
        responses={204: None},
        description="Kept with your name and the moment; an earlier decision stays.",
    )
    def post(self, request: Request, auction_id: UUID, alert_id: UUID) -> Response:
        services.buyers_place(self.actor, auction_id)
        given = NewAlertDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.decide(
            actor=self.actor, auction_id=auction_id, alert_id=alert_id, **given.validated_data
        )
        return Response(status=204)


class ConnectionsView(ActorView):
    """When each seat was connected."""

    @extend_schema(
        operation_id="auctions_connections",
        tags=["auctions"],
        responses=SeatConnectionSerializer(many=True),
        description="For the buyer; where it is blind, after the close.",
    )
    def get(self, request: Request, auction_id: UUID) -> Response:
        _place, found = history.history_of(self.actor, auction_id)
        return self.paginated(found, SeatConnectionSerializer)
