"""Disqualifying a supplier over HTTP, and which offers are abnormally low."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY
from infra.idempotency import idempotent
from marketplace.tenders import lowness
from marketplace.tenders.api import serializers as wire
from marketplace.tenders.api.views import TAGS, TenderView
from marketplace.tenders.models import Invitation
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services import disqualifying


class AbnormalSerializer(serializers.Serializer[Any]):
    """An abnormally low offer: prices as they rank, percentages to one digit."""

    lot = serializers.IntegerField()
    company = serializers.UUIDField(source="company_id")
    name = serializers.CharField()
    offer = serializers.CharField()
    mean_of_initial = serializers.CharField(source="mean")
    below_mean = serializers.CharField(help_text="Percent.")
    next_offer = serializers.CharField(allow_null=True)
    below_next = serializers.CharField(allow_null=True, help_text="Percent.")


def _decided(
    view: TenderView,
    request: Request,
    decide: Callable[..., Invitation],
    tender_id: UUID,
    company_id: UUID,
) -> Response:
    """The invitation after a decision with a reason."""
    given = wire.ReasonSerializer(data=request.data)
    given.is_valid(raise_exception=True)
    invitation = decide(
        actor=view.actor, tender_id=tender_id, company_id=company_id, **given.validated_data
    )
    return Response(wire.InvitationSerializer(invitation).data, status=201)


class DisqualificationView(TenderView):
    """A supplier's bids count no more."""

    @extend_schema(
        tags=TAGS, operation_id="tender_disqualify", parameters=[IDEMPOTENCY_KEY],
        request=wire.ReasonSerializer, responses={201: wire.InvitationSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, company_id: UUID) -> Response:
        """With a reason; during the auction or after its close, before an award to it."""
        return _decided(self, request, disqualifying.disqualify, tender_id, company_id)


class RequalificationView(TenderView):
    """A supplier's bids count again."""

    @extend_schema(
        tags=TAGS, operation_id="tender_requalify", parameters=[IDEMPOTENCY_KEY],
        request=wire.ReasonSerializer, responses={201: wire.InvitationSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, company_id: UUID) -> Response:
        """With a reason."""
        return _decided(self, request, disqualifying.requalify, tender_id, company_id)


class AbnormalView(TenderView):
    """Offers of closed lots that lie abnormally low."""

    @extend_schema(
        tags=TAGS, operation_id="tender_abnormal", responses=AbnormalSerializer(many=True)
    )
    def get(self, request: Request, tender_id: UUID) -> Response:
        """By lot and rank; empty before the close."""
        tender = own_tender(self.actor, tender_id)
        return self.paginated(lowness.low_offers(tender), AbnormalSerializer)
