"""API: inviting companies onto the platform, registering one, asking to be let in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_core.access import company_invitations, registration
from crm_core.access.api.authentication import PersonAuthentication
from crm_core.access.api.base import ActorView
from crm_core.access.api.serializers import CompanySerializer
from crm_core.companies.models import CompanyInvitation
from crm_core.companies.models.invited import MESSAGE_AT_MOST
from crm_core.people.models import Language
from infra.idempotency import idempotent

TAGS = ["companies"]


class CompanyInvitationSerializer(serializers.ModelSerializer[CompanyInvitation]):
    """An invited company. The link is in the mail only; ``company`` is what came of it."""

    state = serializers.ChoiceField(
        source="stands", choices=CompanyInvitation.State.choices, read_only=True
    )
    invited_by = serializers.CharField(source="invited_by.full_name", read_only=True)
    company = CompanySerializer(read_only=True, allow_null=True)

    class Meta:
        model = CompanyInvitation
        fields = ("id", "email", "name", "country", "message", "language", "list_id", "state",
                  "invited_by", "created_at", "sent_at", "expires_at", "ended_at",
                  "company")  # fmt: skip
        read_only_fields = fields


class NewCompanyInvitationSerializer(serializers.Serializer[Any]):
    """Which company to invite; ``list_id``: the supplier list it joins once it is verified."""

    email = serializers.EmailField()
    name = serializers.CharField(max_length=250)
    country = serializers.CharField(max_length=2, required=False, allow_blank=True, default="")
    message = serializers.CharField(
        max_length=MESSAGE_AT_MOST, required=False, allow_blank=True, default=""
    )
    language = serializers.ChoiceField(
        choices=Language.choices, required=False, default=Language.ENGLISH
    )
    list_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class NewCompanySerializer(serializers.Serializer[Any]):
    """A company to register; ``is_another``: it is none of those much like it."""

    legal_name = serializers.CharField(max_length=250)
    latin_name = serializers.CharField(max_length=250, required=False, allow_blank=True, default="")
    country = serializers.CharField(max_length=2)
    registry_scheme = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default=""
    )
    registry_value = serializers.CharField(
        max_length=60, required=False, allow_blank=True, default=""
    )
    buys = serializers.BooleanField(required=False, default=False)
    sells = serializers.BooleanField(required=False, default=False)
    is_another = serializers.BooleanField(required=False, default=False)


class CompanyInvitationsView(ActorView):
    """Companies that the caller's invited onto the platform."""

    @extend_schema(
        operation_id="company_invitations_list", tags=TAGS,
        responses=CompanyInvitationSerializer(many=True),
        parameters=[
            OpenApiParameter("state", str, enum=CompanyInvitation.State.values),
            OpenApiParameter("search", str, description="Words of a name or an address."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The newest first."""
        found = company_invitations.invitations(
            self.actor,
            state=request.query_params.get("state", ""),
            search=request.query_params.get("search", "")[:200],
        )
        return self.paginated(found, CompanyInvitationSerializer)

    @extend_schema(
        operation_id="company_invitations_create", request=NewCompanyInvitationSerializer,
        responses={201: CompanyInvitationSerializer}, tags=TAGS,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Invite a company by e-mail; the link in the mail works once, for two weeks."""
        given = self.given(NewCompanyInvitationSerializer)
        made = company_invitations.invite(actor=self.actor, **given)
        return Response(CompanyInvitationSerializer(made).data, status=201)


class CompanyInvitationView(ActorView):
    """One invitation."""

    @extend_schema(operation_id="company_invitations_revoke", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, offer_id: UUID) -> Response:
        """Take it back: its link works no more."""
        company_invitations.revoke(actor=self.actor, invitation_id=offer_id)
        return Response(status=204)


class CompanyInvitationAgainView(ActorView):
    """The mail of an invitation."""

    @extend_schema(
        operation_id="company_invitations_send_again", request=None,
        responses={201: CompanyInvitationSerializer}, tags=TAGS,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Send a new link; the one before works no more."""
        found = company_invitations.send_again(actor=self.actor, invitation_id=offer_id)
        return Response(CompanyInvitationSerializer(found).data, status=201)


class AskToJoinView(APIView):
    """A company that is here already, and a person who belongs to it."""

    authentication_classes = (PersonAuthentication,)

    @extend_schema(
        operation_id="companies_ask_to_join", request=None, responses={202: CompanySerializer},
        tags=TAGS,
    )  # fmt: skip
    def post(self, request: Request, company_id: UUID) -> Response:
        """Ask its owners to be let in; they are told once a day at most."""
        company = registration.ask_to_join(user=request.user, company_id=company_id)
        return Response(CompanySerializer(company).data, status=202)
