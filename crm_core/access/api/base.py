"""What every company-scoped view of the API is built on."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_core.access.actor import Actor, actor_for
from crm_core.access.api.authentication import ApiTokenAuthentication, PersonAuthentication
from crm_core.access.errors import NotAMember
from crm_core.access.keys import by_token
from crm_core.access.models import ApiToken
from infra.idempotency import HEADER
from infra.requests import acting

COMPANY_HEADER = "X-Company"
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    type=str,
    location=OpenApiParameter.HEADER,
    description="Repeated with the same key, the request gets its first answer again.",
)


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiTokenAuthentication
    name = "apiToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "ff_…"}


class PersonScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = PersonAuthentication
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class ActorSchema(AutoSchema):
    """Adds the X-Company header to the description of an operation."""

    def get_override_parameters(self) -> list[Any]:
        header = OpenApiParameter(
            COMPANY_HEADER,
            type=UUID,
            location=OpenApiParameter.HEADER,
            description="The company you act for. Required with a session when you act for "
            "several; a token names its own.",
        )
        return [header, *super().get_override_parameters()]


class ActorMixin:
    """Gives a DRF view ``self.actor``: who calls, and for which company, as of now."""

    request: Request
    schema = ActorSchema()

    @cached_property
    def actor(self) -> Actor:
        """Raises NotAMember or CompanyRequired."""
        named = self.request.headers.get(COMPANY_HEADER)
        if named is not None:
            try:
                named = UUID(named)
            except ValueError as error:
                raise NotAMember() from error
        token = self.request.auth if isinstance(self.request.auth, ApiToken) else None
        if token is not None:
            if named is not None and named != token.company_id:
                raise NotAMember()
            named = token.company_id
        found = actor_for(self.request.user, named, None if token is None else by_token(token))
        acting(user_id=found.user_id, company_id=found.company_id)
        return found

    def given(self, serializer: Any) -> dict[str, Any]:
        """The request's body through a serializer class; raises what DRF raises of it."""
        asked = serializer(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return dict(asked.validated_data)

    def idempotency_scope(self) -> str:
        """Answers are remembered per person and company, and per token: what one may not ask, it is
        not told again either."""
        actor = self.actor
        by = f":{actor.by_token.id}" if actor.by_token else ""
        return f"{actor.user_id}:{actor.company_id}{by}"


class ActorView(ActorMixin, APIView):
    """A view for one actor; unpaginated or paginating by :meth:`paginated`."""

    pagination_class: Any = None

    def paginated(self, queryset: Any, serializer: Any, **more: Any) -> Response:
        """One page of ``queryset`` through a serializer class, in the usual envelope.

        ``more`` is added to the serializer's context.
        """
        from infra.pagination import DefaultPagination

        paginator = DefaultPagination()
        page = paginator.paginate_queryset(queryset, self.request, view=self)
        context = {"request": self.request, "actor": self.actor, **more}
        return paginator.get_paginated_response(serializer(page, many=True, context=context).data)
