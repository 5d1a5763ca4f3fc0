"""API: one's own sessions and security log. For a browser's session only, not for tokens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_core.access.api.tokens import PersonOnlyMixin
from crm_core.people import open_sessions, security
from crm_core.people.models import OpenSession, SecurityEvent
from crm_core.people.origin import device, origin_of


class OpenSessionSerializer(serializers.ModelSerializer[OpenSession]):
    """A browser in which one is signed in."""

    device = serializers.SerializerMethodField()
    current = serializers.SerializerMethodField()

    class Meta:
        model = OpenSession
        fields = ("id", "device", "current", "ip", "last_ip", "opened_at", "last_seen_at")
        read_only_fields = fields

    def get_device(self, session: OpenSession) -> str:
        return device(session.user_agent)

    def get_current(self, session: OpenSession) -> bool:
        return bool(session.session_key == self.context["request"].session.session_key)


class SecurityEventSerializer(serializers.ModelSerializer[SecurityEvent]):
    """A line of the security log."""

    class Meta:
        model = SecurityEvent
        fields = ("id", "at", "kind", "what", "ip", "user_agent")
        read_only_fields = fields


class EndedSerializer(serializers.Serializer[Any]):
    """How many sessions ended."""

    ended = serializers.IntegerField()


class SessionsView(PersonOnlyMixin, ListAPIView[Any]):
    """Where the caller is signed in."""

    serializer_class = OpenSessionSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return OpenSession.objects.none()
        return open_sessions.own(self.request.user.pk)

    @extend_schema(operation_id="sessions_list", tags=["access"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class SessionView(PersonOnlyMixin, APIView):
    """One session."""

    @extend_schema(operation_id="sessions_end", responses={204: None}, tags=["access"])
    def delete(self, request: Request, session_id: UUID) -> Response:
        open_sessions.end(user_id=request.user.pk, session_id=session_id, origin=origin_of(request))
        return Response(status=204)


class OthersView(PersonOnlyMixin, APIView):
    """All sessions but the one that asks."""

    @extend_schema(operation_id="sessions_end_others", responses=EndedSerializer, tags=["access"])
    def delete(self, request: Request) -> Response:
        ended = open_sessions.end_others(
            user_id=request.user.pk, keep=request.session.session_key, origin=origin_of(request)
        )
        return Response({"ended": ended})


@extend_schema_view(
    get=extend_schema(
        operation_id="security_log",
        tags=["access"],
        parameters=[OpenApiParameter("kind", str, enum=SecurityEvent.Kind.values)],
    )
)
class SecurityLogView(PersonOnlyMixin, ListAPIView[Any]):
    """What happened to the caller's account, latest first."""

    serializer_class = SecurityEventSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return SecurityEvent.objects.none()
        kind = self.request.query_params.get("kind", "")
        return security.events(self.request.user.pk, kind=kind)
