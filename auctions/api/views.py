"""API: auctions, commands with the answers of the live protocol, ledger, receipts, checkpoints."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.db.models import Q
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from structlog.contextvars import bind_contextvars

from auctions.api.answers import as_response, error_response
from auctions.api.schemas import schema_of
from auctions.api.serializers import (
    AuctionSerializer,
    CheckpointSerializer,
    ReceiptSerializer,
)
from auctions.domain.visibility import Role
from auctions.models import Auction, Checkpoint, CommandOutcome
from auctions.realtime import messages as m
from auctions.realtime.errors import NotAllowed, OutcomeUnknown, RefMissing
from auctions.realtime.party import Party, check_ref
from auctions.realtime.process import ready_gate
from auctions.realtime.snapshots import snapshot_for
from auctions.realtime.status import status_of
from auctions.realtime.wire import command_of
from auctions.services.policies import Place, place_of, surroundings
from auctions.services.verifying import export_for
from crm_core.access.api.base import ActorMixin, ActorView
from crm_core.access.capabilities import Capability
from infra.idempotency import HEADER
from kernel.errors import FairfallError, Kind

ANSWER_WITHIN = 15.0
KEY_HEADER = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The command's ref: unique for your seat in this auction, for ever. The same "
    "request again gets the first answer; another one is refused.",
)


class CommandMalformed(FairfallError):
    """The body does not fit the command."""

    code = "gate.command_malformed"
    kind = Kind.INVALID
    text = "The command is not complete: {detail}"


@extend_schema_view(get=extend_schema(operation_id="auctions_list", tags=["auctions"]))
class AuctionsView(ActorMixin, ListAPIView[Any]):
    """The auctions your company runs or is invited to, the newest first."""

    serializer_class = AuctionSerializer
    queryset = Auction.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Auction.objects.none()
        actor = self.actor
        actor.require(Capability.AUCTION_WATCH)
        mine = Q(owner_id=actor.company_id) | Q(seats__company_id=actor.company_id)
        found = Auction.objects.filter(mine, is_practice=False).distinct()
        return found.order_by("-created_at", "id")


class _OfAuction(ActorView):
    """A view of one auction, of the caller's place in it."""

    def place(self, auction_id: UUID) -> Place:
        bind_contextvars(auction_id=str(auction_id))
        return place_of(self.actor, auction_id)

    def party(self, auction_id: UUID) -> Party:
        """In whose name the caller may give commands. Raises NotAllowed."""
        return _party(self.place(auction_id))


def _party(place: Place) -> Party:
    if place.party is None:
        raise place.refusal or NotAllowed()
    return place.party


class AuctionView(_OfAuction):
    """One auction as your company may see it now."""

    @extend_schema(
        operation_id="auctions_retrieve",
        tags=["auctions"],
        responses={200: OpenApiResponse(schema_of(m.Snapshot))},
    )
    def get(self, request: Request, auction_id: UUID) -> Response:
        place = self.place(auction_id)
        snapshot = snapshot_for(place, ready_gate(1.0).stamps.now())
        return Response(msgspec.to_builtins(snapshot))


class CommandView(_OfAuction):
    """One kind of command; ``message`` is its message of the live protocol."""

    message: type[msgspec.Struct] = m.Bid

    def post(self, request: Request, auction_id: UUID) -> Response:
        place = self.place(auction_id)
        party = _party(place)
        ref = request.headers.get(HEADER)
        if ref is None:
            raise RefMissing()
        bind_contextvars(ref=check_ref(ref))
        if not isinstance(request.data, dict):
            raise CommandMalformed(detail="an object is expected")
        try:
            message = msgspec.convert(
                {**request.data, "ref": ref, "type": self.message.__struct_config__.tag},
                self.message,
            )
        except msgspec.ValidationError as error:
            raise CommandMalformed(detail=str(error)[:200]) from error
        if place.viewer.role is Role.BUYER_BLIND:
            message = surroundings(place.auction).by_seat(message)
        command = command_of(message, party, auction_id)  # type: ignore[arg-type]
        future = ready_gate().submit(command, auction_id=auction_id, party=party)
        try:
            return as_response(future.result(ANSWER_WITHIN))
        except TimeoutError as error:
            raise OutcomeUnknown() from error


def command_view(message: type[msgspec.Struct], name: str, text: str) -> Any:
    """The view of one command, documented from its message."""
    described = extend_schema(
        operation_id=f"auctions_{name}",
        tags=["auctions"],
        summary=text,
        description=f"{text} The answer is that of the live protocol, with a signed receipt; a "
        "refusal by the rules is a problem whose `receipt` is signed too.",
        parameters=[KEY_HEADER],
        request={"application/json": schema_of(message, without=("ref", "type"))},
        responses={
            201: OpenApiResponse(schema_of(m.Ack), description="Accepted and durable."),
            "4XX": OpenApiResponse(OpenApiTypes.OBJECT, description="Refused: a problem."),
        },
    )
    view = type(f"{message.__name__}View", (CommandView,), {"message": message, "__doc__": text})
    view.post = described(_own_copy(CommandView.post))  # type: ignore[attr-defined]
    return view.as_view()  # type: ignore[attr-defined]


def _own_copy(method: Any) -> Any:
    def post(self: CommandView, request: Request, auction_id: UUID) -> Response:
        answer: Response = method(self, request, auction_id)
        return answer

    return post


class CommandStatusView(_OfAuction):
    """What became of a command, by its ref."""

    @extend_schema(
        operation_id="auctions_command_status",
        tags=["auctions"],
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="ack, refused or "
                                        "unknown_ref, as in the live protocol.")},
    )  # fmt: skip
    def get(self, request: Request, auction_id: UUID, ref: str) -> Response:
        party = self.party(auction_id)
        found = status_of(ready_gate(), auction_id=auction_id, party=party.key, ref=check_ref(ref))
        return Response(msgspec.to_builtins(found))

    @extend_schema(
        operation_id="auctions_command_abandon",
        tags=["auctions"],
        description="Never to be done, should it still arrive. Answers like the status.",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT)},
    )
    def delete(self, request: Request, auction_id: UUID, ref: str) -> Response:
        party = self.party(auction_id)
        future = ready_gate().abandon(check_ref(ref), auction_id=auction_id, party=party)
        answer = future.result(ANSWER_WITHIN)
        if isinstance(answer, m.Refused) and not answer.final:
            return error_response(answer)
        return Response(msgspec.to_builtins(answer))


class LedgerView(_OfAuction):
    """The sealed export of an ended auction, for `verify`."""

    @extend_schema(
        operation_id="auctions_ledger",
        tags=["auctions"],
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, auction_id: UUID) -> HttpResponse:
        content = export_for(self.actor, self.place(auction_id))
        return HttpResponse(
            content,
            content_type="application/json",
            headers={
                "Content-Disposition": f'attachment; filename="auction-{auction_id}.json"',
                "Cache-Control": "no-store",
            },
        )


@extend_schema_view(get=extend_schema(operation_id="auctions_receipts", tags=["auctions"]))
class ReceiptsView(ActorMixin, ListAPIView[Any]):
    """Every signed receipt your seat (or office) was given, as `verify --receipts` takes them."""

    serializer_class = ReceiptSerializer
    queryset = CommandOutcome.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CommandOutcome.objects.none()
        place = place_of(self.actor, self.kwargs["auction_id"])
        if place.party is None:
            return CommandOutcome.objects.none()
        return CommandOutcome.objects.filter(auction=place.auction, party=place.party.key).order_by(
            "received_at", "id"
        )


@extend_schema_view(get=extend_schema(operation_id="auctions_checkpoints", tags=["auctions"]))
class CheckpointsView(ActorMixin, ListAPIView[Any]):
    """The signed checkpoints, as `verify --checkpoints` takes them."""

    serializer_class = CheckpointSerializer
    queryset = Checkpoint.objects.none()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Checkpoint.objects.none()
        place = place_of(self.actor, self.kwargs["auction_id"])
        return Checkpoint.objects.filter(auction=place.auction).order_by("number")
