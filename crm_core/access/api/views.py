"""API: me, companies, members, tokens, socket tickets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.authentication import SessionAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_core.access import keys
from crm_core.access.api.base import ActorMixin, ActorView
from crm_core.access.api.company_invitations import NewCompanySerializer
from crm_core.access.api.serializers import (
    CompanySerializer,
    MeSerializer,
    NewTokenSerializer,
    SchemeSerializer,
    TicketSerializer,
    TokenSecretSerializer,
    TokenSerializer,
    VerdictSerializer,
)
from crm_core.access.factor import with_factor
from crm_core.access.models import ApiToken
from crm_core.access.registration import register_company
from crm_core.companies.identifiers import SCHEMES, check, schemes_for
from crm_core.companies.models import Company
from crm_core.companies.selectors import directory, memberships_of
from crm_core.people.origin import origin_of
from infra.idempotency import idempotent


class MeView(APIView):
    """Who calls, and for which companies they may act."""

    @extend_schema(operation_id="me", responses=MeSerializer, tags=["access"])
    def get(self, request: Request) -> Response:
        user = request.user
        memberships = list(with_factor(memberships_of(user.pk)))
        body = {
            "id": user.pk, "email": user.email, "full_name": user.full_name,
            "language": user.language, "time_zone": user.time_zone, "memberships": memberships,
        }  # fmt: skip
        return Response(MeSerializer(body).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="companies_list",
        tags=["companies"],
        parameters=[
            OpenApiParameter("search", str, description="Words of the name, or a register number."),
            OpenApiParameter("sells", bool, description="Only companies that sell (or do not)."),
        ],
    )
)
class CompaniesView(ActorMixin, ListAPIView[Any]):
    """The directory of verified companies."""

    serializer_class = CompanySerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Company.objects.none()
        sells = {"true": True, "false": False}.get(self.request.query_params.get("sells", ""))
        self.actor  # noqa: B018  (only members of a company may look)
        return directory(search=self.request.query_params.get("search", ""), sells=sells)

    def idempotency_scope(self) -> str:
        """A company is registered for a person, who may act for none yet."""
        return str(self.request.user.pk)

    @extend_schema(
        operation_id="companies_register", request=NewCompanySerializer,
        responses={201: CompanySerializer}, tags=["companies"],
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Register a company with the caller as its owner; it may trade once it is verified.

        409 ``access.company_alike`` tells those that may be the same, their ids in ``data.alike``
        and their names in ``data.names``: ask one to be let in, or say ``is_another``.
        """
        made = register_company(user=request.user, **self.given(NewCompanySerializer))
        return Response(CompanySerializer(made.company).data, status=201)


class SchemesView(APIView):
    """Kinds of numbers that name companies."""

    @extend_schema(
        operation_id="identifiers_schemes", responses=SchemeSerializer(many=True),
        tags=["companies"],
        parameters=[OpenApiParameter("country", str, description="Two capital letters.")],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        country = request.query_params.get("country", "")
        found = schemes_for(country) if country else list(SCHEMES.values())
        return Response(SchemeSerializer(found, many=True).data)


class VerdictView(APIView):
    """Whether a number has the form of its scheme; 422 says what does not fit."""

    @extend_schema(
        operation_id="identifiers_check", responses=VerdictSerializer, tags=["companies"],
        parameters=[
            OpenApiParameter("scheme", str, required=True),
            OpenApiParameter("value", str, required=True),
            OpenApiParameter("country", str, description="The company's, if it is known."),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        given = request.query_params
        checked = check(
            given.get("scheme", ""), given.get("value", ""), country=given.get("country", "")
        )
        return Response(VerdictSerializer(checked).data)


class SessionOnlyMixin:
    """Keys are handled by a signed-in person: a stolen token must not make further ones."""

    authentication_classes = (SessionAuthentication,)


class TokensView(SessionOnlyMixin, ActorMixin, ListAPIView[Any]):
    """The caller's own API tokens for the active company."""

    serializer_class = TokenSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return TokenSerializer.Meta.model.objects.none()
        return keys.tokens(self.actor)

    @extend_schema(operation_id="tokens_list", tags=["access"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="tokens_create", request=NewTokenSerializer,
        responses={201: TokenSecretSerializer}, tags=["access"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        asked = NewTokenSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        token, secret = keys.create_token(
            actor=self.actor, name=asked.validated_data["name"], origin=origin_of(request)
        )
        body = {**TokenSerializer(token).data, "secret": secret}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class TokenView(SessionOnlyMixin, ActorView):
    """One API token."""

    @extend_schema(operation_id="tokens_revoke", responses={204: None}, tags=["access"])
    def delete(self, request: Request, token_id: UUID) -> Response:
        keys.revoke_token(actor=self.actor, token_id=token_id, origin=origin_of(request))
        return Response(status=204)


class SocketTicketsView(ActorView):
    """A ticket opens one WebSocket within 30 seconds, where no cookie can."""

    @extend_schema(
        operation_id="socket_tickets_create", request=None, responses={201: TicketSerializer},
        tags=["access"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        token = request.auth if isinstance(request.auth, ApiToken) else None
        ticket, expires_at = keys.issue_ticket(
            actor=self.actor,
            token_id=None if token is None else token.pk,
            session=request.session.session_key if token is None else None,
        )
        body = TicketSerializer({"ticket": ticket, "expires_at": expires_at}).data
        return Response(body, status=201, headers={"Cache-Control": "no-store"})
