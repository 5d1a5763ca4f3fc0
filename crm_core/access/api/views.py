"""API: me, companies, numbers that name companies."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_core.access.api.base import ActorMixin
from crm_core.access.api.company_invitations import NewCompanySerializer
from crm_core.access.api.serializers import (
    CompanySerializer,
    MeSerializer,
    SchemeSerializer,
    VerdictSerializer,
)
from crm_core.access.errors import PersonRequired
from crm_core.access.factor import with_factor
from crm_core.access.keys import by_token
from crm_core.access.models import ApiToken
from crm_core.access.registration import register_company
from crm_core.access.scopes import Scope
from crm_core.companies.identifiers import SCHEMES, check, schemes_for
from crm_core.companies.models import Company
from crm_core.companies.selectors import directory, memberships_of
from infra.idempotency import idempotent


class MeView(APIView):
    """Who calls, and for which companies they may act."""

    @extend_schema(operation_id="me", responses=MeSerializer, tags=["access"])
    def get(self, request: Request) -> Response:
        """A program is told of the one company that its token names."""
        user = request.user
        token = request.auth if isinstance(request.auth, ApiToken) else None
        memberships = with_factor(memberships_of(user.pk))
        if token is not None:
            memberships = memberships.filter(company_id=token.company_id)
        body = {
            "id": user.pk, "email": user.email, "full_name": user.full_name,
            "language": user.language, "time_zone": user.time_zone, "token": token,
            "memberships": list(memberships),
        }  # fmt: skip
        context = {"by_token": None if token is None else by_token(token)}
        return Response(MeSerializer(body, context=context).data)


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
        # Only members of a company may look; a program, if it reads or seeks whom to invite.
        self.actor.require_scope(Scope.READ, Scope.SUPPLIERS, Scope.TENDERS)
        return directory(search=self.request.query_params.get("search", ""), sells=sells)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """A program looks; only a person registers a company."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and isinstance(request.auth, ApiToken):
            raise PersonRequired()

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
