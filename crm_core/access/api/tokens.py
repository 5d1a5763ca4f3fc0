"""API: one's API tokens, those of one's company, socket tickets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access import keys, tickets
from crm_core.access.api.authentication import PersonAuthentication
from crm_core.access.api.base import ActorView
from crm_core.access.api.serializers import (
    CompanyTokenSerializer,
    NewTokenSerializer,
    ScopeSerializer,
    TicketSerializer,
    TokenNameSerializer,
    TokenSecretSerializer,
    TokenSerializer,
)
from crm_core.access.scopes import offered
from crm_core.people.origin import origin_of


class PersonOnlyMixin:
    """For a signed-in person only: a stolen token must not make further ones."""

    authentication_classes = (PersonAuthentication,)


class TokensView(PersonOnlyMixin, ActorView):
    """The caller's own API tokens for the active company."""

    @extend_schema(
        operation_id="tokens_list", responses=TokenSerializer(many=True), tags=["access"],
        parameters=[OpenApiParameter("ended", bool, description="The revoked and expired ones.")],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Those that work, or those that have ended; the newest first."""
        ended = request.query_params.get("ended", "") in ("true", "1")
        found = keys.ended_tokens(self.actor) if ended else keys.tokens(self.actor)
        return self.paginated(found, TokenSerializer)

    @extend_schema(
        operation_id="tokens_create", request=NewTokenSerializer,
        responses={201: TokenSecretSerializer}, tags=["access"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A new one; its scopes and its end are for good."""
        given: dict[str, Any] = {
            "expires_at": keys.usual_expiry(), **self.given(NewTokenSerializer),
        }  # fmt: skip
        token, secret = keys.create_token(actor=self.actor, origin=origin_of(request), **given)
        body = {**TokenSerializer(token).data, "secret": secret}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class TokenView(PersonOnlyMixin, ActorView):
    """One API token."""

    @extend_schema(operation_id="tokens_retrieve", responses=TokenSerializer, tags=["access"])
    def get(self, request: Request, token_id: UUID) -> Response:
        return Response(TokenSerializer(keys.token(self.actor, token_id)).data)

    @extend_schema(
        operation_id="tokens_rename", request=TokenNameSerializer, responses=TokenSerializer,
        tags=["access"],
    )  # fmt: skip
    def patch(self, request: Request, token_id: UUID) -> Response:
        """Only the name can change."""
        token = keys.rename_token(
            actor=self.actor, token_id=token_id, origin=origin_of(request),
            **self.given(TokenNameSerializer),
        )  # fmt: skip
        return Response(TokenSerializer(token).data)

    @extend_schema(operation_id="tokens_revoke", responses={204: None}, tags=["access"])
    def delete(self, request: Request, token_id: UUID) -> Response:
        """It works no more; it stays among the ended ones."""
        keys.revoke_token(actor=self.actor, token_id=token_id, origin=origin_of(request))
        return Response(status=204)


class ScopesView(ActorView):
    """What a token can be given."""

    pagination_class = None

    @extend_schema(
        operation_id="tokens_scopes", responses=ScopeSerializer(many=True), tags=["access"]
    )
    def get(self, request: Request) -> Response:
        """The scopes that the caller's role has a use for."""
        return Response(ScopeSerializer(offered(self.actor.role), many=True).data)


class CompanyTokensView(PersonOnlyMixin, ActorView):
    """Every API token that acts for the company."""

    @extend_schema(
        operation_id="company_tokens_list", responses=CompanyTokenSerializer(many=True),
        tags=["companies"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """For owners; the latest used first."""
        return self.paginated(keys.company_tokens(self.actor), CompanyTokenSerializer)


class CompanyTokenView(PersonOnlyMixin, ActorView):
    """One of them."""

    @extend_schema(operation_id="company_tokens_revoke", responses={204: None}, tags=["companies"])
    def delete(self, request: Request, token_id: UUID) -> Response:
        """Stop a colleague's program; the person is told."""
        keys.revoke_company_token(actor=self.actor, token_id=token_id, origin=origin_of(request))
        return Response(status=204)


class SocketTicketsView(ActorView):
    """A ticket opens one WebSocket within 30 seconds, where no cookie can."""

    @extend_schema(
        operation_id="socket_tickets_create", request=None, responses={201: TicketSerializer},
        tags=["access"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        by_token = self.actor.by_token
        ticket, expires_at = tickets.issue_ticket(
            actor=self.actor, session=None if by_token else request.session.session_key
        )
        body = TicketSerializer({"ticket": ticket, "expires_at": expires_at}).data
        return Response(body, status=201, headers={"Cache-Control": "no-store"})
