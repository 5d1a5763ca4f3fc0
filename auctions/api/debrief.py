"""API: the debrief of one's own place in an ended auction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auctions.debrief.services import debrief_of
from auctions.services.own_packages import OwnPackage
from crm_core.access.api.base import ActorView
from kernel.decimals import to_wire


class DebriefRankSerializer(serializers.Serializer[Any]):
    """From then on you were told this rank; null: none."""

    at = serializers.DateTimeField()
    rank = serializers.IntegerField(allow_null=True)
    of = serializers.IntegerField(allow_null=True)


class DebriefExtensionSerializer(serializers.Serializer[Any]):
    """When the deadline moved, where to and why."""

    at = serializers.DateTimeField()
    deadline = serializers.DateTimeField()
    cause = serializers.CharField(allow_null=True)


class DebriefPointSerializer(serializers.Serializer[Any]):
    """A price over time: one's own, a `level` called, else the lead, or to the buyer a seat's."""

    at = serializers.DateTimeField()
    amount = serializers.DecimalField(None, None)
    own = serializers.BooleanField()
    seat = serializers.CharField(allow_null=True)
    level = serializers.BooleanField()


class DebriefLotSerializer(serializers.Serializer[Any]):
    """One lot as you may look back at it; what the terms do not tell is null.

    Where the lot has a `budget`, best, price, distance, needed and every amount are quantities.
    """

    lot = serializers.IntegerField(source="number")
    outcome = serializers.CharField(source="end.outcome", allow_null=True)
    best = serializers.DecimalField(None, None, source="end.own.best", default=None)
    rank = serializers.IntegerField(source="end.own.rank", default=None)
    won = serializers.BooleanField(source="end.own.won", default=None)
    by_package = serializers.BooleanField(source="end.packages.by_package", default=None)
    winner = serializers.CharField(source="end.winner", allow_null=True)
    price = serializers.DecimalField(None, None, source="end.price", allow_null=True)
    distance = serializers.DecimalField(None, None, allow_null=True)
    needed = serializers.DecimalField(None, None, allow_null=True)
    budget = serializers.DecimalField(None, None, allow_null=True)
    ranks = DebriefRankSerializer(many=True)
    prices = DebriefPointSerializer(source="points", many=True)
    extensions = DebriefExtensionSerializer(many=True)
    pauses = serializers.ListField(child=serializers.CharField())


class DebriefBidSerializer(serializers.Serializer[Any]):
    """One bid of yours and what became of it."""

    lot = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    amount = serializers.DecimalField(None, None)
    state = serializers.ChoiceField(("accepted", "withdrawn", "void", "refused"))
    reason = serializers.CharField(allow_blank=True)
    ref = serializers.CharField()
    leaf = serializers.CharField()


class DebriefPriceSerializer(serializers.Serializer[Any]):
    """The unit price of one lot within a package."""

    lot = serializers.IntegerField()
    amount = serializers.DecimalField(None, None)


class DebriefPackageSerializer(serializers.Serializer[Any]):
    """One package of yours and what became of it; number 0 is a discount."""

    package = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    prices = serializers.SerializerMethodField()
    total = serializers.DecimalField(None, None, allow_null=True)
    won = serializers.BooleanField(allow_null=True)
    state = serializers.ChoiceField(("accepted", "withdrawn", "refused"))
    reason = serializers.CharField(allow_blank=True)
    ref = serializers.CharField()
    leaf = serializers.CharField()

    @extend_schema_field(DebriefPriceSerializer(many=True, allow_null=True))
    def get_prices(self, own: OwnPackage) -> list[dict[str, Any]] | None:
        """Null before the opening."""
        if own.prices is None:
            return None
        return [
            {"lot": lot, "amount": to_wire(amount)} for lot, amount in sorted(own.prices.items())
        ]


class DebriefSerializer(serializers.Serializer[Any]):
    """Your way through the auction."""

    lots = DebriefLotSerializer(many=True)
    bids = DebriefBidSerializer(many=True)
    packages = DebriefPackageSerializer(many=True)


class DebriefView(ActorView):
    """Your way through an ended auction."""

    @extend_schema(
        operation_id="auctions_debrief",
        tags=["auctions"],
        responses=DebriefSerializer,
        description="Own bids and refusals, own rank over time, extensions, and the distance to "
        "the winning price, as far as the terms let you see it. The buyer sees all of it.",
    )
    def get(self, request: Request, auction_id: UUID) -> Response:
        return Response(DebriefSerializer(debrief_of(self.actor, auction_id)).data)
