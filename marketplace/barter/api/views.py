"""Barter over HTTP: own listings, the search, and proposals. Every POST honours
Idempotency-Key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from infra.pagination import DefaultPagination
from marketplace.barter import selectors
from marketplace.barter.api import serializers as wire
from marketplace.barter.pdf import protocol_file
from marketplace.barter.policies import own_listing, own_proposal
from marketplace.barter.services import answering, finding, listings
from marketplace.barter.services.listings import ListingInput, WantInput

TAGS = ["barter"]


class BarterView(ActorView):
    """What the views of barter share."""

    def typed(self) -> ListingInput:
        """The body as the services take it."""
        told = self.given(wire.BarterListingInputSerializer)
        wants = [WantInput(**each) for each in told.pop("wants")]
        return ListingInput(**told, wants=wants)

    def own(self, listing_id: UUID, status: int = 200) -> Response:
        """One's own listing as it is now."""
        found = own_listing(self.actor, listing_id)
        return Response(wire.BarterListingSerializer(found).data, status=status)

    def seen(self, proposal_id: UUID, status: int = 200) -> Response:
        """A proposal as it is now."""
        found = selectors.with_parties(own_proposal(self.actor, proposal_id))
        document = wire.proposal_document(selectors.seen(self.actor, found))
        return Response(wire.BarterProposalSerializer(document).data, status=status)


class ListingsView(BarterView):
    """Your company's listings."""

    @extend_schema(
        tags=TAGS, operation_id="barter_listings_list", parameters=[wire.BarterFilterSerializer],
        responses=wire.BarterListingSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The latest first; ``state`` narrows."""
        state = request.query_params.get("state", "")
        found = selectors.own_listings(self.actor, state=state)
        return self.paginated(found, wire.BarterListingSerializer)

    @extend_schema(
        tags=TAGS, operation_id="barter_listings_create", parameters=[IDEMPOTENCY_KEY],
        request=wire.BarterListingInputSerializer, responses={201: wire.BarterListingSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Begin a draft."""
        return self.own(
            listings.create_listing(actor=self.actor, listing=self.typed()).pk, status=201
        )


class ListingView(BarterView):
    """One of your company's listings."""

    @extend_schema(
        tags=TAGS, operation_id="barter_listings_read", responses=wire.BarterListingSerializer
    )
    def get(self, request: Request, barter_listing_id: UUID) -> Response:
        """The listing with what it wants."""
        return self.own(barter_listing_id)

    @extend_schema(
        tags=TAGS, operation_id="barter_listings_replace",
        request=wire.BarterListingInputSerializer, responses=wire.BarterListingSerializer,
    )  # fmt: skip
    def put(self, request: Request, barter_listing_id: UUID) -> Response:
        """Write a draft anew."""
        listings.change_listing(
            actor=self.actor, listing_id=barter_listing_id, listing=self.typed()
        )
        return self.own(barter_listing_id)


class ListingPublishView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_listings_publish", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.BarterListingSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, barter_listing_id: UUID) -> Response:
        """Let a draft be found."""
        listings.publish_listing(actor=self.actor, listing_id=barter_listing_id)
        return self.own(barter_listing_id, 201)


class ListingWithdrawView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_listings_withdraw", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.BarterListingSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, barter_listing_id: UUID) -> Response:
        """Take the listing out; its open proposals end."""
        listings.withdraw_listing(actor=self.actor, listing_id=barter_listing_id)
        return self.own(barter_listing_id, 201)


class ListingReopenView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_listings_reopen", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.BarterListingSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, barter_listing_id: UUID) -> Response:
        """Make a withdrawn listing a draft again."""
        listings.reopen_listing(actor=self.actor, listing_id=barter_listing_id)
        return self.own(barter_listing_id, 201)


class ListingSearchView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_listings_search", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.BarterSearchSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, barter_listing_id: UUID) -> Response:
        """Propose the best swaps and cycles of an active listing that are not proposed yet."""
        found = finding.find_for(actor=self.actor, listing_id=barter_listing_id)
        document: dict[str, Any] = {
            "proposals": [each.pk for each in found.made],
            "known": found.known,
            "complete": found.complete,
            "other_currencies": found.other_currencies,
        }
        return Response(wire.BarterSearchSerializer(document).data, status=201)


class ProposalsView(BarterView):
    """Proposals of which your company is a party."""

    @extend_schema(
        tags=TAGS, operation_id="barter_proposals_list",
        parameters=[wire.BarterProposalFilterSerializer],
        responses=wire.BarterProposalSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The latest first; ``state`` narrows."""
        paginator = DefaultPagination()
        found = selectors.proposals(self.actor, state=request.query_params.get("state", ""))
        page = paginator.paginate_queryset(found, request, view=self) or []
        rows = [wire.proposal_document(selectors.seen(self.actor, each)) for each in page]
        return paginator.get_paginated_response(wire.BarterProposalSerializer(rows, many=True).data)


class ProposalView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_proposals_read", responses=wire.BarterProposalSerializer
    )
    def get(self, request: Request, barter_proposal_id: UUID) -> Response:
        """The proposal; agreed, it is the protocol."""
        return self.seen(barter_proposal_id)


class ProposalAcceptView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_proposals_accept", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.BarterProposalSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, barter_proposal_id: UUID) -> Response:
        """Accept for your company. With the last acceptance it is agreed, or ends where something
        is not available any more."""
        answering.accept(actor=self.actor, proposal_id=barter_proposal_id)
        return self.seen(barter_proposal_id, 201)


class ProposalDeclineView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_proposals_decline", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.BarterProposalSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, barter_proposal_id: UUID) -> Response:
        """Decline for your company; the proposal ends for all."""
        answering.decline(actor=self.actor, proposal_id=barter_proposal_id)
        return self.seen(barter_proposal_id, 201)


class ProposalProtocolView(BarterView):
    @extend_schema(
        tags=TAGS, operation_id="barter_proposals_protocol",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, barter_proposal_id: UUID) -> HttpResponse:
        """The protocol of an agreed proposal as a PDF."""
        file = protocol_file(self.actor, own_proposal(self.actor, barter_proposal_id))
        return HttpResponse(
            file.content,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
        )
