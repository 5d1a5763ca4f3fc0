"""Tenders on the wire. Amounts are decimal strings; what a supplier may not know is absent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from kernel.decimals import quantize, to_wire
from marketplace.tenders.models import (
    Invitation,
    Lot,
    LotLine,
    LotResult,
    Tender,
    TenderState,
    VatSide,
)


class TenderRowSerializer(serializers.ModelSerializer[Tender]):
    """A tender in a list, for either side."""

    buyer = serializers.CharField(source="company.legal_name", read_only=True)

    class Meta:
        model = Tender
        fields = ("id", "reference", "title", "state", "buyer", "currency", "vat", "starts_at",
                  "published_at", "ended_at", "auction_id")  # fmt: skip
        read_only_fields = fields


AT_SCALE = ("ceiling", "start", "floor", "step_absolute", "grid")


class LineSerializer(serializers.ModelSerializer[LotLine]):
    """A position of a lot; a bid gives its unit price."""

    class Meta:
        model = LotLine
        fields = ("number", "title", "quantity", "unit", "scale", "ceiling")
        read_only_fields = fields

    def to_representation(self, instance: LotLine) -> dict[str, Any]:
        shown = super().to_representation(instance)
        ceiling = instance.ceiling
        shown["ceiling"] = None if ceiling is None else to_wire(quantize(ceiling, instance.scale))
        return shown


class LotSerializer(serializers.ModelSerializer[Lot]):
    """A lot as the buyer sees it. Of a hidden reserve only its existence is told."""

    has_reserve = serializers.BooleanField(read_only=True)
    lines = LineSerializer(many=True, read_only=True)

    class Meta:
        model = Lot
        fields = ("id", "number", "title", "quantity", "unit", "scale", "ceiling", "start",
                  "budget", "floor", "has_reserve", "baseline", "target", "step_kind",
                  "step_absolute", "step_percent", "grid", "lines")  # fmt: skip
        read_only_fields = fields

    def to_representation(self, instance: Lot) -> dict[str, Any]:
        shown = super().to_representation(instance)
        scales = {
            **dict.fromkeys(AT_SCALE, instance.scale),
            **dict.fromkeys(("baseline", "target"), instance.money_scale),
        }
        for name, scale in scales.items():
            value = getattr(instance, name)
            shown[name] = None if value is None else to_wire(quantize(value, scale))
        return shown


class ResultSerializer(serializers.ModelSerializer[LotResult]):
    """What came of a lot, for the buyer. On a lot with a budget the amounts are quantities."""

    lot = serializers.IntegerField(source="lot.number", read_only=True)

    class Meta:
        model = LotResult
        fields = ("lot", "outcome", "closed_at", "leader", "leader_amount", "leader_currency",
                  "awarded_to", "awarded_amount", "awarded_currency", "reason",
                  "decided_at")  # fmt: skip
        read_only_fields = fields


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """An invitation, for the buyer."""

    name = serializers.CharField(source="company.legal_name", read_only=True)

    class Meta:
        model = Invitation
        fields = ("company", "name", "state", "late", "invited_at", "answered_at", "reason",
                  "evaluation")  # fmt: skip
        read_only_fields = fields


class TenderSerializer(TenderRowSerializer):
    """A tender for its buyer: everything."""

    lots = LotSerializer(many=True, read_only=True)
    rules = serializers.JSONField(read_only=True, help_text=_("The settings as typed."))

    class Meta(TenderRowSerializer.Meta):
        fields = (*TenderRowSerializer.Meta.fields, "description", "state_reason", "rules",  # type: ignore[assignment]
                  "terms", "terms_hash", "lots")  # fmt: skip
        read_only_fields = fields


class InvitedTenderSerializer(TenderRowSerializer):
    """A tender for an invited supplier: public data and its own invitation."""

    invitation = serializers.SerializerMethodField()

    class Meta(TenderRowSerializer.Meta):
        fields = (*TenderRowSerializer.Meta.fields, "description", "state_reason", "terms",  # type: ignore[assignment]
                  "terms_hash", "invitation")  # fmt: skip
        read_only_fields = fields

    def get_invitation(self, tender: Tender) -> dict[str, Any]:
        invitation: Invitation = self.context["invitation"]
        return {"state": invitation.state, "late": invitation.late, "reason": invitation.reason,
                "evaluation": invitation.evaluation}  # fmt: skip


class DraftSerializer(serializers.Serializer[Any]):
    """What a draft says about itself."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(
        max_length=5000, required=False, allow_blank=True, default=""
    )
    currency = serializers.CharField(min_length=3, max_length=3, required=False, default="EUR")
    vat = serializers.ChoiceField(
        choices=VatSide.choices, required=False, default=VatSide.NET.value
    )


class LotInputSerializer(serializers.Serializer[Any]):
    """A lot as typed: amounts as text with point or comma, empty where nothing is set."""

    title = serializers.CharField(max_length=200)
    quantity = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    unit = serializers.CharField(max_length=3, required=False, default="C62")
    scale = serializers.IntegerField(min_value=0, max_value=6, required=False, default=2)
    ceiling = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    start = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    reserve = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    baseline = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    target = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    step_kind = serializers.CharField(max_length=10, required=False, allow_blank=True, default="")
    step_absolute = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default=""
    )
    step_percent = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default=""
    )
    grid = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    budget = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="",
        help_text=_("Budget format: what is paid for the whole lot. Bids are then quantities."),
    )  # fmt: skip
    floor = serializers.CharField(
        max_length=40, required=False, allow_blank=True, default="",
        help_text=_("Budget format: the least first quantity."),
    )  # fmt: skip


class LineInputSerializer(serializers.Serializer[Any]):
    """A position as typed: amounts as text with point or comma."""

    title = serializers.CharField(max_length=200)
    quantity = serializers.CharField(max_length=40)
    unit = serializers.CharField(max_length=3, required=False, default="C62")
    scale = serializers.IntegerField(min_value=0, max_value=6, required=False, default=2)
    ceiling = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class LinesSerializer(serializers.Serializer[Any]):
    """All positions of a lot in order; none: the lot is bid at one unit price."""

    lines = LineInputSerializer(many=True, max_length=100)


class LineListSerializer(serializers.Serializer[Any]):
    """The positions of a lot as they are kept."""

    lines = LineSerializer(many=True)


class LotOrderSerializer(serializers.Serializer[Any]):
    """Every lot's id once, in the order wanted."""

    order = serializers.ListField(child=serializers.UUIDField(), max_length=200)


class RulesSerializer(serializers.Serializer[Any]):
    """Settings by key, such as ``{"length": "30", "feedback.rank": true}``."""

    rules = serializers.DictField(child=serializers.JSONField())


class ProblemSerializer(serializers.Serializer[Any]):
    """Something that keeps the tender from being published."""

    field = serializers.CharField()
    lot = serializers.IntegerField(allow_null=True)
    message = serializers.CharField()


class CheckSerializer(serializers.Serializer[Any]):
    """Whether the draft may be published, and what the terms would be."""

    ready = serializers.BooleanField()
    problems = ProblemSerializer(many=True)
    terms = serializers.JSONField(allow_null=True)


class CompaniesSerializer(serializers.Serializer[Any]):
    """Suppliers by id."""

    companies = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=500)
    evaluations = serializers.ListField(
        child=serializers.CharField(allow_blank=True), required=False, max_length=500,
        help_text=_("Of a draft: the result of the evaluation of each one's offer, in order."),
    )  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """As many results as suppliers, where there are any."""
        said = attrs.get("evaluations")
        if said is not None and len(said) != len(attrs["companies"]):
            raise serializers.ValidationError({"evaluations": [_("One for each supplier.")]})
        return attrs


class ReasonSerializer(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=1000)


class AcceptSerializer(serializers.Serializer[Any]):
    """Which terms are accepted; ``agreed`` must be true."""

    version = serializers.IntegerField(min_value=1)
    terms_hash = serializers.RegexField(r"\A[0-9a-f]{64}\Z")
    agreed = serializers.BooleanField()
    currency = serializers.CharField(
        max_length=3, required=False, help_text="where the terms list currencies or VAT rates"
    )
    vat_rate = serializers.CharField(
        max_length=10, required=False, allow_null=True, help_text="percent; one the terms list"
    )


class AwardSerializer(serializers.Serializer[Any]):
    """Who gets the lot; null: nobody. Anything but the leading bid needs a reason."""

    company = serializers.UUIDField(allow_null=True)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class FilterSerializer(serializers.Serializer[Any]):
    """How a list is narrowed."""

    state = serializers.ChoiceField(choices=TenderState.choices, required=False)
    search = serializers.CharField(max_length=200, required=False)
