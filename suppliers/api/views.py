"""API: supplier profiles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from crm_core.access.capabilities import Capability
from suppliers.errors import ProfileNotFound
from suppliers.models import SupplierProfile
from suppliers.selectors import own_profile, profile
from suppliers.services import save_profile


class ProfileSerializer(serializers.Serializer[Any]):
    """A supplier profile; ``regions`` ISO 3166 alpha-2, ``categories`` CPV codes."""

    company = serializers.UUIDField(source="company_id", read_only=True)
    contact_name = serializers.CharField(max_length=200)
    contact_email = serializers.EmailField()
    description = serializers.CharField(max_length=2000, allow_blank=True, default="")
    regions = serializers.ListField(
        child=serializers.RegexField(r"^[A-Z]{2}$"), default=list, max_length=250
    )
    categories = serializers.ListField(
        child=serializers.CharField(max_length=10), default=list, max_length=100
    )
    updated_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: SupplierProfile) -> dict[str, Any]:
        return {
            "company": str(instance.company_id),
            "contact_name": instance.contact_name,
            "contact_email": instance.contact_email,
            "description": instance.description,
            "regions": instance.regions,
            "categories": sorted(each.code for each in instance.categories.all()),
            "updated_at": serializers.DateTimeField().to_representation(instance.updated_at),
        }


class OwnProfileView(ActorView):
    """The profile of the caller's company."""

    @extend_schema(
        operation_id="supplier_profile_own", responses=ProfileSerializer, tags=["suppliers"]
    )
    def get(self, request: Request) -> Response:
        self.actor.require(Capability.SUPPLIER_PROFILE_EDIT)
        found = own_profile(self.actor)
        if found is None:
            raise ProfileNotFound()
        return Response(ProfileSerializer(found).data)

    @extend_schema(
        operation_id="supplier_profile_save", request=ProfileSerializer,
        responses=ProfileSerializer, tags=["suppliers"],
    )  # fmt: skip
    def put(self, request: Request) -> Response:
        asked = ProfileSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(
            ProfileSerializer(save_profile(actor=self.actor, **asked.validated_data)).data
        )


class ProfileView(ActorView):
    """The profile of a verified supplier."""

    @extend_schema(
        operation_id="supplier_profile_read", responses=ProfileSerializer, tags=["suppliers"]
    )
    def get(self, request: Request, company_id: UUID) -> Response:
        return Response(ProfileSerializer(profile(self.actor, company_id)).data)
