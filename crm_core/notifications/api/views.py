"""API: the caller's notices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorMixin, ActorView
from crm_core.notifications import selectors, services
from crm_core.notifications.models import Notice
from crm_core.notifications.texts import filled


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """A notice in the caller's language, with the msgid and its data."""

    message = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ("id", "kind", "subject", "message", "text", "data", "link", "company",
                  "created_at", "read_at")  # fmt: skip
        read_only_fields = fields

    def get_message(self, notice: Notice) -> str:
        return filled(notice.text, notice.data)


class ReadCountSerializer(serializers.Serializer[Any]):
    """How many notices were unread before."""

    read = serializers.IntegerField()


@extend_schema_view(
    get=extend_schema(
        operation_id="notices_list",
        tags=["notifications"],
        parameters=[OpenApiParameter("unread", bool, description="Leave out what was read.")],
    )
)
class NoticesView(ActorMixin, ListAPIView[Any]):
    """Notices for the active company and personal ones, newest first."""

    serializer_class = NoticeSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Notice.objects.none()
        unread = self.request.query_params.get("unread", "") in ("true", "1")
        return selectors.notices(self.actor, unread_only=unread)


class NoticeReadView(ActorView):
    """Marking one notice read."""

    @extend_schema(
        operation_id="notices_read", request=None, responses=NoticeSerializer,
        tags=["notifications"],
    )  # fmt: skip
    def post(self, request: Request, notice_id: UUID) -> Response:
        notice = services.mark_read(actor=self.actor, notice_id=notice_id)
        return Response(NoticeSerializer(notice).data)


class NoticesReadAllView(ActorView):
    """Marking all notices read."""

    @extend_schema(
        operation_id="notices_read_all", request=None, responses=ReadCountSerializer,
        tags=["notifications"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        return Response({"read": services.mark_all_read(actor=self.actor)})
