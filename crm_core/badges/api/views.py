"""API: what was checked of a company, and its certificate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from crm_core.badges.facts import Checked
from crm_core.badges.selectors import facts_for
from crm_core.badges.services import certificate_of
from crm_core.verification.models import FacetState

TAGS = ["companies"]


class PublicNumberSerializer(serializers.Serializer[Any]):
    """A number of a valid form; of a number for tax only the scheme."""

    scheme = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class PublicCheckedSerializer(serializers.Serializer[Any]):
    """What one decision looked at."""

    numbers = serializers.SerializerMethodField()
    documents = serializers.ListField(child=serializers.CharField())
    screening = serializers.CharField(allow_blank=True)
    lists = serializers.ListField(child=serializers.CharField())

    @extend_schema_field(PublicNumberSerializer(many=True))
    def get_numbers(self, checked: Checked) -> list[dict[str, str]]:
        return [{"scheme": scheme, "value": value} for scheme, value in checked.numbers]


class PublicFacetSerializer(serializers.Serializer[Any]):
    """A facet: what was checked, by whom as a role, when, until when, how it stands now."""

    facet = serializers.CharField(source="key")
    state = serializers.ChoiceField(FacetState.choices)
    by = serializers.ChoiceField(["two_verifiers", "operator"])
    verified_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    changed_at = serializers.DateTimeField(allow_null=True)
    checked = PublicCheckedSerializer()


class CompanyBadgeSerializer(serializers.Serializer[Any]):
    """A company as its public page shows it."""

    id = serializers.UUIDField(source="company_id")
    legal_name = serializers.CharField()
    latin_name = serializers.CharField()
    country = serializers.CharField()
    registry_scheme = serializers.CharField(source="scheme", allow_blank=True)
    registry_value = serializers.CharField(source="number", allow_blank=True)
    buys = serializers.BooleanField()
    sells = serializers.BooleanField()
    state = serializers.ChoiceField(
        ["unverified", "verified", "expiring", "expired", "reopened", "suspended", "banned"]
    )
    measured_at = serializers.DateTimeField(allow_null=True)
    banned_until = serializers.DateTimeField(allow_null=True)
    is_certified = serializers.BooleanField()
    facets = PublicFacetSerializer(source="sides", many=True)


class BadgeView(ActorView):
    """What was checked of a company that is or was verified."""

    @extend_schema(operation_id="company_badge", tags=TAGS, responses=CompanyBadgeSerializer)
    def get(self, request: Request, company_id: UUID) -> Response:
        return Response(CompanyBadgeSerializer(facts_for(self.actor, company_id)).data)


class CertificateView(ActorView):
    """The signed certificate, byte for byte: it is checked as it comes."""

    @extend_schema(
        operation_id="company_certificate", tags=TAGS,
        responses={200: {"type": "object", "additionalProperties": True}},
    )  # fmt: skip
    def get(self, request: Request, company_id: UUID) -> HttpResponse:
        assert self.actor
        return HttpResponse(
            bytes(certificate_of(company_id).content), content_type="application/json"
        )
