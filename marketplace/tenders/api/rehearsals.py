"""API: rehearsals of one's own tender."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auctions.domain.terms import Format
from auctions.rehearsal import report
from auctions.rehearsal.models import Rehearsal, RehearsalState
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.costs import Spread
from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from marketplace.tenders.services import rehearsing

TAGS = ["rehearsals"]
NO_STORE = {"Cache-Control": "no-store"}


class RehearsalInputSerializer(serializers.Serializer[Any]):
    """What to rehearse with. Numbers are judged by the rehearsal; what is left out is usual."""

    bots = serializers.IntegerField(required=False)
    runs = serializers.IntegerField(required=False)
    seed = serializers.CharField(required=False, allow_blank=True, max_length=40)
    strategies = serializers.ListField(
        child=serializers.ChoiceField(choices=[each.value for each in Strategy]), required=False
    )
    spread = serializers.ChoiceField(choices=[each.value for each in Spread], required=False)
    cost_low = serializers.CharField(required=False, max_length=12)
    cost_high = serializers.CharField(required=False, max_length=12)
    cost_error = serializers.CharField(required=False, max_length=12)
    cost_list = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, max_length=50
    )
    package_saving = serializers.CharField(
        required=False,
        max_length=12,
        help_text="Percent of its lots' costs that winning a package saves a bidder, at most.",
    )
    discount_saving = serializers.CharField(
        required=False,
        max_length=12,
        help_text="Percent of the costs of all it wins that meeting its discount's condition saves"
        " a bidder, at most.",
    )
    steps = serializers.ListField(
        child=serializers.CharField(max_length=12), required=False, max_length=10
    )
    formats = serializers.ListField(
        child=serializers.ChoiceField(choices=[each.value for each in Format]), required=False
    )
    prices = serializers.DictField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Price levels by lot number, for lots without a ceiling.",
    )


class RehearsalSerializer(serializers.Serializer[Any]):
    """How far a rehearsal is."""

    id = serializers.UUIDField()
    subject = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=RehearsalState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    setup = serializers.DictField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown = report.head(instance) if isinstance(instance, Rehearsal) else instance
        return dict(super().to_representation(shown))


class RehearsalDocumentSerializer(RehearsalSerializer):
    """All of it, with the terms and the figures of every run."""

    terms = serializers.DictField()
    variants = serializers.ListField(child=serializers.DictField())


class RehearsalsView(ActorView):
    """The kept ones, and the way to a new one."""

    @extend_schema(
        tags=TAGS, operation_id="rehearsals_list", responses=RehearsalSerializer(many=True)
    )
    def get(self, request: Request, tender_id: UUID) -> Response:
        """Newest first."""
        found = rehearsing.rehearsals_of(self.actor, tender_id)
        return self.paginated(found, RehearsalSerializer)

    @extend_schema(
        tags=TAGS, operation_id="rehearsals_create", parameters=[IDEMPOTENCY_KEY],
        request=RehearsalInputSerializer, responses={202: RehearsalSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID) -> Response:
        """Ask for a rehearsal of the tender's terms as they are now. It is played meanwhile."""
        given = RehearsalInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        typed = dict(given.validated_data)
        for lot, price in typed.pop("prices", {}).items():
            typed[f"price_{lot}"] = price
        made = rehearsing.rehearse(actor=self.actor, tender_id=tender_id, typed=typed)
        return Response(RehearsalSerializer(made).data, status=202)


class RehearsalView(ActorView):
    @extend_schema(tags=TAGS, operation_id="rehearsals_read", responses=RehearsalDocumentSerializer)
    def get(self, request: Request, tender_id: UUID, rehearsal_id: UUID) -> Response:
        """The setup, the terms, and the figures of every run so far."""
        found = rehearsing.rehearsal_of(self.actor, tender_id, rehearsal_id)
        return Response(report.document(found), headers=NO_STORE)

    @extend_schema(tags=TAGS, operation_id="rehearsals_delete", responses={204: None})
    def delete(self, request: Request, tender_id: UUID, rehearsal_id: UUID) -> Response:
        """Forget an ended one."""
        rehearsing.delete(actor=self.actor, tender_id=tender_id, rehearsal_id=rehearsal_id)
        return Response(status=204)


class CancelView(ActorView):
    @extend_schema(
        tags=TAGS, operation_id="rehearsals_cancel", parameters=[IDEMPOTENCY_KEY], request=None,
        responses=RehearsalSerializer,
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, rehearsal_id: UUID) -> Response:
        """Stop one; what was played is kept."""
        found = rehearsing.cancel(actor=self.actor, tender_id=tender_id, rehearsal_id=rehearsal_id)
        return Response(RehearsalSerializer(found).data)


class AgainView(ActorView):
    @extend_schema(
        tags=TAGS, operation_id="rehearsals_again", parameters=[IDEMPOTENCY_KEY], request=None,
        responses={202: RehearsalSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, tender_id: UUID, rehearsal_id: UUID) -> Response:
        """The same terms, bidders and seed once more: it comes to the same."""
        made = rehearsing.again(actor=self.actor, tender_id=tender_id, rehearsal_id=rehearsal_id)
        return Response(RehearsalSerializer(made).data, status=202)
