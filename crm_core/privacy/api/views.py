"""API: one's own data and its erasure. For a browser's session only, not for tokens."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_core.access.api.tokens import PersonOnlyMixin
from crm_core.people.origin import origin_of
from crm_core.privacy import erasing, handing_out
from crm_core.privacy.attempts import limit
from crm_core.privacy.errors import NoErasureAsked
from crm_core.privacy.models import ErasureRequest
from crm_core.privacy.table import Fate


class KindSerializer(serializers.Serializer[Any]):
    """One kind of data: its rows, and what an erasure does to them."""

    kind = serializers.CharField()
    after_erasure = serializers.ChoiceField(choices=Fate.values)
    rows = serializers.ListField(child=serializers.DictField())


class PersonalDataSerializer(serializers.Serializer[Any]):
    """Everything kept about the caller."""

    format = serializers.CharField()
    made_at = serializers.DateTimeField()
    kinds = KindSerializer(many=True)


class ErasureSerializer(serializers.ModelSerializer[ErasureRequest]):
    """A request that waits for its day."""

    class Meta:
        model = ErasureRequest
        fields = ("asked_at", "due_at")
        read_only_fields = fields


class AskSerializer(serializers.Serializer[Any]):
    """The account's address and password, once more."""

    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False, default="", max_length=200)


class PersonalDataView(PersonOnlyMixin, APIView):
    """What is kept about the caller."""

    @extend_schema(operation_id="personal_data", responses=PersonalDataSerializer, tags=["access"])
    def get(self, request: Request) -> Response:
        return Response(handing_out.handed_out(request.user))


class ErasureView(PersonOnlyMixin, APIView):
    """The caller's request to be erased."""

    @extend_schema(operation_id="erasure_get", responses=ErasureSerializer, tags=["access"])
    def get(self, request: Request) -> Response:
        found = erasing.open_request(request.user)
        if found is None:
            raise NoErasureAsked()
        return Response(ErasureSerializer(found).data)

    @extend_schema(
        operation_id="erasure_ask", request=AskSerializer, responses={201: ErasureSerializer},
        tags=["access"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        asked = AskSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        limit(request)
        made = erasing.ask(user=request.user, origin=origin_of(request), **asked.validated_data)
        return Response(ErasureSerializer(made).data, status=201)

    @extend_schema(operation_id="erasure_withdraw", responses={204: None}, tags=["access"])
    def delete(self, request: Request) -> Response:
        erasing.withdraw(user=request.user, origin=origin_of(request))
        return Response(status=204)
