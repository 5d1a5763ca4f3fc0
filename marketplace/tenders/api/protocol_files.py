"""API: the protocol as a file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from crm_core.access.api.base import ActorView
from marketplace.tenders.policies import readable_tender
from marketplace.tenders.protocol.pdf import protocol_file

PDF = "application/pdf"


class ProtocolPdfView(ActorView):
    @extend_schema(
        tags=["tenders"],
        operation_id="tender_protocol_pdf",
        responses={(200, PDF): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, tender_id: UUID) -> HttpResponse:
        """The protocol as this side may see it, as a PDF in the caller's language."""
        file = protocol_file(self.actor, readable_tender(self.actor, tender_id))
        return HttpResponse(
            file.content,
            content_type=PDF,
            headers={
                "Content-Disposition": f'attachment; filename="{file.name}"',
                "Cache-Control": "no-store",
            },
        )
