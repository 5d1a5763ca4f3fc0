"""API: an exported ledger verified for whoever brings one along."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from auctions.ledger.report import Derived, Level
from auctions.services.checking import check_ledger
from crm_core.access.errors import TooManyAttempts
from infra.multipart import MultipartParser


class LedgerUploadSerializer(serializers.Serializer[Any]):
    """Files (multipart/form-data): the export, and what was kept of its auction."""

    ledger = serializers.FileField()
    receipts = serializers.FileField(required=False)
    checkpoints = serializers.FileField(required=False)
    key = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class LedgerFindingSerializer(serializers.Serializer[Any]):
    """One thing the verifier says; ``chain`` and ``seq`` name the entry it is about."""

    level = serializers.ChoiceField([level.value for level in Level])
    check = serializers.CharField()
    text = serializers.CharField()
    chain = serializers.CharField(allow_null=True)
    seq = serializers.IntegerField(allow_null=True)


class LedgerLotResultSerializer(serializers.Serializer[Any]):
    """What a lot came to when every decision was taken again."""

    lot = serializers.IntegerField()
    seat = serializers.CharField(allow_null=True)
    price = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    outcome = serializers.CharField(allow_null=True)


class LedgerCheckSerializer(serializers.Serializer[Any]):
    """The verdict: the same as the verifier prints with ``--json``, and whose key was used.

    Two hundred findings at most, those that fail before others; ``left_out`` counts the rest.
    """

    passed = serializers.BooleanField()
    derived = serializers.ChoiceField(
        [each.value for each in Derived],
        help_text="How far `results` were derived anew: `as_far_as_open` where closed entries could"
        " hold what would lead to others.",
    )
    key_id = serializers.CharField(allow_blank=True)
    key_from = serializers.ChoiceField(["given", "platform", "export"])
    export = serializers.DictField()
    results = LedgerLotResultSerializer(many=True)
    findings = LedgerFindingSerializer(many=True)
    left_out = serializers.IntegerField()


class LedgerCheckView(APIView):
    """Nobody needs an account; what is uploaded is not kept."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parser_classes = (MultipartParser,)

    @extend_schema(
        operation_id="ledger_check",
        tags=["auctions"],
        auth=[],
        request={"multipart/form-data": LedgerUploadSerializer},
        responses=LedgerCheckSerializer,
    )
    def post(self, request: Request) -> Response:
        """Verify an exported ledger: the winner derived anew, or the entry named that fails."""
        limits = settings.LEDGER_CHECK_RATE_LIMITS
        if consume_or_429(request._request, action="ledger_check", config=limits) is not None:
            raise TooManyAttempts()
        asked = LedgerUploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        found = check_ledger(
            given["ledger"],
            receipts=given.get("receipts"),
            checkpoints=given.get("checkpoints"),
            key=given.get("key", ""),
        )
        return Response(
            {
                "passed": found.passed,
                "derived": found.report.derived.value,
                "key_id": found.key_id,
                "key_from": found.key_from,
                "export": found.report.about,
                "results": found.report.results,
                "findings": [asdict(each) for each in found.report.findings],
                "left_out": found.left_out,
            }
        )
