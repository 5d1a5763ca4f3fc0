"""API: the keys of sealed offers and their opening."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from auctions.domain.codec import to_body
from auctions.domain.formats.sealed_rounds import MOST_ROUNDS
from auctions.services import sealing, sealing_keys, seeds
from crm_core.access.api.base import ActorView

_NO_STORE = {"Cache-Control": "no-store"}


class OpeningPartsSerializer(serializers.Serializer[Any]):
    """Who took which part in an opening, and from where each key came."""

    round = serializers.IntegerField(help_text="0 without rounds.")
    at = serializers.DateTimeField()
    auditor_means = serializers.CharField(help_text="person or recovery.")
    office_means = serializers.CharField(help_text="platform or file.")
    auditor_by = serializers.CharField(
        allow_null=True, help_text="Who handed the auditor's key over: neutral or auditor. Null in "
        "ledgers older than the roles.",
    )  # fmt: skip
    office_by = serializers.CharField(
        allow_null=True, help_text="Who opened: officer, neutral or auditor. Null likewise."
    )


class SealingSerializer(serializers.Serializer[Any]):
    """How far the opening is."""

    keeper = serializers.CharField(help_text="Who keeps the auditor's key: neutral or auditor.")
    is_keeper = serializers.BooleanField()
    auditor_key = serializers.CharField(help_text="Public, hex; empty until it is set.")
    office_key = serializers.CharField(help_text="Public, hex.")
    wrapped = serializers.CharField(help_text="The auditor's key under a passphrase; its keeper's.")
    awaits_opening = serializers.BooleanField()
    awaits_seeds = serializers.BooleanField(help_text="A random end waits for its seeds.")
    platform_seed_hash = serializers.CharField(help_text="SHA-256, hex; empty: no random end.")
    auditor_seed_hash = serializers.CharField(help_text="SHA-256, hex; empty until it is fixed.")
    seeds_opened = serializers.BooleanField()
    handed_over = serializers.CharField(allow_null=True, help_text="person or recovery.")
    handed_over_by = serializers.CharField(allow_null=True, help_text="neutral or auditor.")
    opened = serializers.BooleanField()
    openings = OpeningPartsSerializer(many=True, help_text="All there were, the first one first.")
    offers = serializers.IntegerField(allow_null=True, help_text="Null while it is not told.")
    round = serializers.IntegerField(help_text="Whose keys these are; 0 without rounds.")
    rounds = serializers.IntegerField(help_text="How many rounds at most; 0 without rounds.")

    def to_representation(self, found: sealing.Progress) -> dict[str, Any]:
        keys, seeds = found.state.sealing, found.state.seeds
        return {
            "keeper": found.keeper.value,
            "is_keeper": found.is_keeper,
            "auditor_key": "" if keys is None else keys.auditor,
            "office_key": "" if keys is None else keys.office,
            "wrapped": found.wrapped,
            "awaits_opening": found.awaits,
            "awaits_seeds": found.awaits_seeds,
            "platform_seed_hash": "" if seeds is None else seeds.office,
            "auditor_seed_hash": "" if seeds is None else seeds.auditor,
            "seeds_opened": seeds is not None and bool(seeds.auditor_seed),
            "handed_over": None
            if keys is None or keys.handed_over is None
            else keys.handed_over.value,
            "handed_over_by": None
            if keys is None or keys.handed_over_by is None
            else keys.handed_over_by.value,
            "opened": keys is not None and bool(keys.auditor_secret),
            "openings": [to_body(each) for each in (() if keys is None else keys.openings)],
            "offers": found.offers,
            "round": found.round,
            "rounds": found.rounds,
        }


class MadeKeySerializer(serializers.Serializer[Any]):
    """An auditor's public key, and the private one as the browser wrapped it."""

    public_key = serializers.CharField(max_length=130)
    wrapped = serializers.CharField(max_length=sealing_keys.MOST_WRAPPED)


class AuditorKeySerializer(MadeKeySerializer):
    """The auditor's key, and with a random end the hash of the auditor's seed."""

    commitment = serializers.CharField(
        max_length=64, allow_blank=True, default="",
        help_text="SHA-256 of the auditor's seed, hex: with a random end.",
    )  # fmt: skip


class SeedSerializer(serializers.Serializer[Any]):
    """The auditor's seed of a random end, once every window is over."""

    seed = serializers.CharField(max_length=200, help_text="32 bytes, hex.")


class RoundKeysSerializer(serializers.Serializer[Any]):
    """The auditor's keys of every round, in their order."""

    keys = MadeKeySerializer(many=True, min_length=1, max_length=MOST_ROUNDS)

    def validate_keys(self, keys: list[dict[str, str]]) -> list[sealing.MadeKey]:
        return [sealing.MadeKey(**key) for key in keys]


class HandOverSerializer(serializers.Serializer[Any]):
    """The auditor's private key, once the deadline has passed."""

    key = serializers.CharField(max_length=200, allow_blank=True)
    by_sheet = serializers.BooleanField(default=False)


class OpeningSerializer(serializers.Serializer[Any]):
    """The officer's copy of the office key; empty: the platform's own."""

    office_key = serializers.CharField(max_length=200, allow_blank=True, default="")


class OfficeKeySerializer(serializers.Serializer[Any]):
    """The office's private keys, in hex. Alone they open nothing."""

    key = serializers.CharField(help_text="The one in question now.")
    keys = serializers.ListField(
        child=serializers.CharField(), help_text="Where there are rounds, of each one in order."
    )


class SealingView(ActorView):
    """How far the opening of sealed offers is."""

    @extend_schema(operation_id="auctions_sealing", tags=["auctions"], responses=SealingSerializer)
    def get(self, request: Request, auction_id: UUID) -> Response:
        return self.told(auction_id)

    def told(self, auction_id: UUID) -> Response:
        """The progress as of now."""
        found = sealing.progress(actor=self.actor, auction_id=auction_id)
        return Response(SealingSerializer(found).data, headers=_NO_STORE)


class StepView(SealingView):
    """One step on the way to the opening, answered by how far it is then."""

    http_method_names = ("post", "options")

    def taken(
        self, step: Callable[..., object], given: serializers.Serializer[Any], auction_id: UUID
    ) -> Response:
        """The step taken with what was given."""
        given.is_valid(raise_exception=True)
        step(actor=self.actor, auction_id=auction_id, **given.validated_data)
        return self.told(auction_id)


class AuditorKeyView(StepView):
    """The auditor's key."""

    @extend_schema(
        operation_id="auctions_sealing_auditor_key",
        tags=["auctions"],
        request=AuditorKeySerializer,
        responses=SealingSerializer,
        description="Made in the auditor's browser; the private key never comes here unwrapped "
        "before the opening. Once.",
    )
    def post(self, request: Request, auction_id: UUID) -> Response:
        return self.taken(
            sealing.set_auditor_key, AuditorKeySerializer(data=request.data), auction_id
        )


class RoundKeysView(StepView):
    """The auditor's keys, where there are rounds."""

    @extend_schema(
        operation_id="auctions_sealing_round_keys",
        tags=["auctions"],
        request=RoundKeysSerializer,
        responses=SealingSerializer,
        description="One for each round, all before the first offer. Once.",
    )
    def post(self, request: Request, auction_id: UUID) -> Response:
        return self.taken(
            sealing.set_round_keys, RoundKeysSerializer(data=request.data), auction_id
        )


class HandOverView(StepView):
    """Handing the auditor's key over."""

    @extend_schema(
        operation_id="auctions_sealing_hand_over",
        tags=["auctions"],
        request=HandOverSerializer,
        responses=SealingSerializer,
        description="Refused while any lot takes offers.",
    )
    def post(self, request: Request, auction_id: UUID) -> Response:
        return self.taken(sealing.hand_over, HandOverSerializer(data=request.data), auction_id)


class SeedsView(StepView):
    """Opening both seeds of a random end."""

    @extend_schema(
        operation_id="auctions_sealing_seeds",
        tags=["auctions"],
        request=SeedSerializer,
        responses=SealingSerializer,
        description="The auditor's seed; the platform's is opened with it. Refused while any "
        "window runs. The final stage begins at once, or the lots are settled.",
    )
    def post(self, request: Request, auction_id: UUID) -> Response:
        return self.taken(seeds.open_seeds, SeedSerializer(data=request.data), auction_id)


class OpeningView(StepView):
    """Opening every offer."""

    @extend_schema(
        operation_id="auctions_sealing_open",
        tags=["auctions"],
        request=OpeningSerializer,
        responses=SealingSerializer,
        description="With both keys; the lots are settled at once.",
    )
    def post(self, request: Request, auction_id: UUID) -> Response:
        return self.taken(sealing.open_offers, OpeningSerializer(data=request.data), auction_id)


class OfficeKeyView(ActorView):
    """The officer's copy of the office key."""

    @extend_schema(
        operation_id="auctions_sealing_office_key", tags=["auctions"], responses=OfficeKeySerializer
    )
    def get(self, request: Request, auction_id: UUID) -> Response:
        keys = sealing.office_keys(actor=self.actor, auction_id=auction_id)
        key = sealing.office_key(actor=self.actor, auction_id=auction_id)
        return Response({"key": key, "keys": keys}, headers=_NO_STORE)
