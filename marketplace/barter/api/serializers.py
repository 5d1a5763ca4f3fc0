"""The documents of barter over HTTP. Amounts and quantities are decimal strings."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from marketplace.barter.models import (
    BarterAnswer,
    BarterEnd,
    BarterListing,
    BarterProposalState,
    BarterState,
    BarterWant,
)
from marketplace.barter.selectors import Seen

QUANTITY: dict[str, Any] = {"max_digits": 15, "decimal_places": 6}
MONEY: dict[str, Any] = {"max_digits": 21, "decimal_places": 6}


class BarterFilterSerializer(serializers.Serializer):
    """What narrows the list of listings."""

    state = serializers.ChoiceField(BarterState.choices, required=False)


class BarterProposalFilterSerializer(serializers.Serializer):
    """What narrows the list of proposals."""

    state = serializers.ChoiceField(BarterProposalState.choices, required=False)


class BarterWantSerializer(serializers.ModelSerializer):
    """A thing that is wanted; ``promised`` is what agreed swaps give of it."""

    gtin = serializers.CharField(source="product.gtin", default="")

    class Meta:
        model = BarterWant
        fields = ("category", "gtin", "quantity", "promised", "unit", "highest")
        read_only_fields = fields


class BarterListingSerializer(serializers.ModelSerializer):
    """A listing of your company; ``promised`` is what agreed swaps have taken of it."""

    gtin = serializers.CharField(source="product.gtin", default="")
    wants = BarterWantSerializer(many=True)

    class Meta:
        model = BarterListing
        fields = ("id", "title", "description", "category", "gtin", "attributes", "quantity",
                  "promised", "step", "unit", "unit_value", "currency", "cap_percent",
                  "cap_amount", "territory", "valid_until", "state", "wants", "created_at",
                  "updated_at")  # fmt: skip
        read_only_fields = fields


class BarterWantInputSerializer(serializers.Serializer):
    """A thing that is wanted: a product by its GTIN, or a category with those below it."""

    category = serializers.CharField(max_length=60, required=False, allow_blank=True)
    gtin = serializers.CharField(max_length=20, required=False, allow_blank=True)
    quantity = serializers.DecimalField(**QUANTITY)
    unit = serializers.CharField(max_length=3, required=False)
    highest = serializers.DecimalField(**MONEY, help_text="Highest value of one unit.")


class BarterListingInputSerializer(serializers.Serializer):
    """A listing to write. One of the caps is given."""

    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    category = serializers.CharField(max_length=60, required=False, allow_blank=True)
    gtin = serializers.CharField(max_length=20, required=False, allow_blank=True)
    attributes = serializers.DictField(required=False)
    quantity = serializers.DecimalField(**QUANTITY)
    step = serializers.DecimalField(required=False, **QUANTITY)
    unit = serializers.CharField(max_length=3, required=False)
    unit_value = serializers.DecimalField(**MONEY)
    currency = serializers.CharField(max_length=3)
    cap_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, allow_null=True
    )
    cap_amount = serializers.DecimalField(required=False, allow_null=True, **MONEY)
    territory = serializers.ListField(
        child=serializers.CharField(max_length=2), required=False, max_length=250
    )
    valid_until = serializers.DateTimeField(required=False, allow_null=True)
    wants = BarterWantInputSerializer(many=True)


class BarterPartySerializer(serializers.Serializer):
    """A party of a proposal. It gives to the next one, the last to the first. ``name`` and
    ``company`` are null while they are kept from you; ``cash`` is what it is paid, negative what it
    pays."""

    company = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    country = serializers.CharField()
    is_own = serializers.BooleanField()
    title = serializers.CharField()
    quantity = serializers.DecimalField(**QUANTITY)
    unit = serializers.CharField()
    unit_value = serializers.DecimalField(**MONEY)
    gives = serializers.DecimalField(max_digits=21, decimal_places=4)
    gets = serializers.DecimalField(max_digits=21, decimal_places=4)
    cash = serializers.DecimalField(max_digits=21, decimal_places=4)
    imbalance = serializers.DecimalField(max_digits=9, decimal_places=2)
    answer = serializers.ChoiceField(BarterAnswer.choices)
    answered_at = serializers.DateTimeField(allow_null=True)


class BarterPaymentSerializer(serializers.Serializer):
    """A payment of residual cash, between places in ``parties``, counted from 0."""

    payer = serializers.IntegerField()
    receiver = serializers.IntegerField()
    amount = serializers.DecimalField(max_digits=21, decimal_places=4)


class BarterProposalSerializer(serializers.Serializer):
    """A swap or a cycle, as your company may see it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.ChoiceField(BarterProposalState.choices)
    end = serializers.ChoiceField(BarterEnd.choices, allow_null=True)
    currency = serializers.CharField()
    respond_until = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    parties = BarterPartySerializer(many=True)
    payments = BarterPaymentSerializer(many=True)


class BarterSearchSerializer(serializers.Serializer):
    """What a search brought: proposals made now, how many that fit were known before, whether it
    looked through everything, and how many listings were left out for their currency."""

    proposals = serializers.ListField(child=serializers.UUIDField())
    known = serializers.IntegerField()
    complete = serializers.BooleanField()
    other_currencies = serializers.IntegerField()


def proposal_document(seen: Seen) -> dict[str, Any]:
    """What BarterProposalSerializer writes of a proposal."""
    proposal = seen.proposal
    return {
        **{name: getattr(proposal, name) for name in (
            "id", "number", "state", "respond_until", "created_at", "ended_at")},
        "end": proposal.end or None,
        "currency": proposal.currency_id,
        "parties": [
            {
                "company": each.party.company_id if each.name else None,
                "name": each.name or None,
                "country": each.party.company.country,
                "is_own": each.is_own,
                "unit": each.party.unit_id,
                **{name: getattr(each.party, name) for name in (
                    "title", "quantity", "unit_value", "gives", "gets", "cash", "imbalance",
                    "answer", "answered_at")},
            }
            for each in seen.parties
        ],
        "payments": [
            {"payer": each.payer.party.position, "receiver": each.receiver.party.position,
             "amount": each.amount}
            for each in seen.cash
        ],
    }  # fmt: skip
