"""API: to which accounts the winners of one's own tender are paid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from crm_core.companies.models import BankAccount
from marketplace.tenders.payment import payment_data


class AccountSerializer(serializers.ModelSerializer[BankAccount]):
    """A verified bank account."""

    class Meta:
        model = BankAccount
        fields = ("number", "is_iban", "bic", "bank_name", "holder", "currency", "country")
        read_only_fields = fields


class PaymentDataSerializer(serializers.Serializer[Any]):
    """A winner; ``accounts`` is empty unless they are verified now."""

    company = serializers.UUIDField(source="company.pk")
    name = serializers.CharField(source="company.legal_name")
    lots = serializers.ListField(child=serializers.IntegerField())
    accounts = AccountSerializer(many=True)
    verified_until = serializers.DateField(allow_null=True)


class PaymentDataView(ActorView):
    @extend_schema(
        tags=["tenders"],
        operation_id="tender_payment_data",
        responses=PaymentDataSerializer(many=True),
    )
    def get(self, request: Request, tender_id: UUID) -> Response:
        """The companies that were awarded a lot, with their verified accounts."""
        _tender, winners = payment_data(self.actor, tender_id)
        return Response(
            PaymentDataSerializer(winners, many=True).data, headers={"Cache-Control": "no-store"}
        )
