"""API: the caller's own bids as a spreadsheet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from auctions.services.own_bids import workbook, zone_called
from auctions.services.policies import place_of
from crm_core.access.api.base import ActorView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OwnBidsView(ActorView):
    """Your company's bids in one auction, with what became of each."""

    @extend_schema(
        operation_id="auctions_own_bids",
        tags=["auctions"],
        parameters=[
            OpenApiParameter(
                "zone",
                str,
                description="IANA name of the zone times are written in; yours by default.",
            )
        ],
        responses={(200, XLSX): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, auction_id: UUID) -> HttpResponse:
        place = place_of(self.actor, auction_id)
        zone = zone_called(request.query_params.get("zone") or request.user.time_zone)
        return HttpResponse(
            workbook(place, zone),
            content_type=XLSX,
            headers={
                "Content-Disposition": f'attachment; filename="bids-{auction_id}.xlsx"',
                "Cache-Control": "no-store",
            },
        )
