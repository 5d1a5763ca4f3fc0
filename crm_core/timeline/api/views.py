"""API: accounts and what happened with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from crm_core.timeline import selectors
from crm_core.timeline.models import Perspective
from crm_core.timeline.rules import EVENT_RULES
from crm_core.timeline.wording import lines
from infra.pagination import DefaultPagination

TAGS = ["accounts"]


class PartnerSerializer(serializers.Serializer[Any]):
    """The company an account is about."""

    id = serializers.UUIDField()
    reference = serializers.CharField()
    legal_name = serializers.CharField()
    country = serializers.CharField()
    standing = serializers.CharField()


class AccountSerializer(serializers.Serializer[Any]):
    """An account; ``latest_at`` and ``count`` as far as its interactions may be seen."""

    id = serializers.UUIDField()
    partner = PartnerSerializer()
    opened_at = serializers.DateTimeField()
    latest_at = serializers.DateTimeField(allow_null=True)
    count = serializers.SerializerMethodField()

    def get_count(self, account: Any) -> int:
        return account.count or 0


class LineSerializer(serializers.Serializer[Any]):
    """One line of a timeline: a fact, or a burst of ``times`` of them, in this side's words."""

    id = serializers.UUIDField(source="told.pk")
    kind = serializers.ChoiceField(list(EVENT_RULES), source="told.kind")
    perspective = serializers.ChoiceField(Perspective.choices, source="told.perspective")
    began_at = serializers.DateTimeField(source="told.began_at")
    last_at = serializers.DateTimeField(source="told.last_at")
    times = serializers.IntegerField(source="told.times")
    message = serializers.CharField(source="text")
    facts = serializers.DictField(source="told.facts")
    link = serializers.CharField(source="told.link")


class AccountsView(ActorView):
    """The accounts of the caller's company."""

    @extend_schema(
        operation_id="accounts_list",
        tags=TAGS,
        parameters=[OpenApiParameter("search", str, description="Words of the partner's name.")],
        responses=AccountSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Those with whom something happened last come first."""
        search = request.query_params.get("search", "")[:200]
        return self.paginated(selectors.accounts(self.actor, search=search), AccountSerializer)


class AccountView(ActorView):
    """One account."""

    @extend_schema(operation_id="accounts_read", tags=TAGS, responses=AccountSerializer)
    def get(self, request: Request, account_id: UUID) -> Response:
        return Response(AccountSerializer(selectors.account(self.actor, account_id)).data)


class TimelineView(ActorView):
    """What happened with one account."""

    @extend_schema(
        operation_id="accounts_timeline",
        tags=TAGS,
        parameters=[OpenApiParameter("kind", str, enum=list(EVENT_RULES))],
        responses=LineSerializer(many=True),
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        """The newest first, in the caller's language."""
        account = selectors.account(self.actor, account_id)
        found = selectors.timeline(account, kind=request.query_params.get("kind", ""))
        paginator = DefaultPagination()
        page = paginator.paginate_queryset(found, request, view=self) or []
        shown = LineSerializer(lines(page, account.partner), many=True)
        return paginator.get_paginated_response(shown.data)
