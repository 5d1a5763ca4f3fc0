"""Imports and exports of offers over HTTP. Every POST honours Idempotency-Key."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY, ActorView
from infra.idempotency import idempotent
from infra.multipart import MultipartParser
from infra.sheets import MEDIA_TYPES
from marketplace.exchange import selectors
from marketplace.exchange.api import serializers as wire
from marketplace.exchange.models import ImportRun
from marketplace.exchange.policies import own_run
from marketplace.exchange.services import files, imports

TAGS = ["catalog"]
FORM = OpenApiParameter("form", type=str, enum=files.FORMS, description="The form of the file.")


class ExchangeView(ActorView):
    """What the views of imports share."""

    def told(self, run: ImportRun, status: int = 200) -> Response:
        """An import as it is now."""
        return Response(wire.ImportRunSerializer(run).data, status=status)


class ImportsView(ExchangeView):
    """Your company's imports of offers."""

    parser_classes = (MultipartParser,)

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_list",
        responses=wire.ImportRunSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Latest first."""
        return self.paginated(selectors.runs(self.actor), wire.ImportRunSerializer)

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_create", parameters=[IDEMPOTENCY_KEY],
        request={"multipart/form-data": wire.ImportUploadSerializer},
        responses={201: wire.ImportRunSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Upload a file; it is read in the background."""
        run = imports.upload(actor=self.actor, **self.given(wire.ImportUploadSerializer))
        return self.told(run, 201)


class ImportView(ExchangeView):
    """One import."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_read", responses=wire.ImportRunSerializer
    )
    def get(self, request: Request, import_run_id: UUID) -> Response:
        """Its state, how far it is read, and what it changes."""
        return self.told(own_run(self.actor, import_run_id))


class ImportRowsView(ExchangeView):
    """The rows of an import."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_import_rows_list",
        parameters=[OpenApiParameter("verdict", type=str)],
        responses=wire.ImportRowSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, import_run_id: UUID) -> Response:
        """In the file's order; ``verdict`` narrows."""
        found = selectors.rows(
            self.actor, import_run_id, verdict=request.query_params.get("verdict", "")
        )
        return self.paginated(found, wire.ImportRowSerializer)


class ImportErrorsView(ExchangeView):
    """The imported file with a column of reasons."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_import_errors",
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request, import_run_id: UUID) -> HttpResponse:
        """In the form in which it was uploaded."""
        form, _name, content = files.with_errors(actor=self.actor, run_id=import_run_id)
        return HttpResponse(content, content_type=MEDIA_TYPES[form])


class ExportView(ExchangeView):
    """Your company's offers as a file."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_offers_export", parameters=[FORM],
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Every offer in whatever state, as an import takes it."""
        asked = request.query_params.get("form", "csv")
        form = asked if asked in files.FORMS else "csv"
        content = files.export(actor=self.actor, form=form)
        return HttpResponse(content, content_type=MEDIA_TYPES[form])


class ApproveView(ExchangeView):
    """Letting an import go on that exceeds your company's limits."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_approve", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.ImportRunSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, import_run_id: UUID) -> Response:
        """For another than the one who uploaded the file."""
        return self.told(imports.approve(actor=self.actor, run_id=import_run_id), 201)


class RefuseView(ExchangeView):
    """Giving an import up."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_refuse", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.ImportRunSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, import_run_id: UUID) -> Response:
        """Before it is active; nothing changes."""
        return self.told(imports.refuse(actor=self.actor, run_id=import_run_id), 201)


class ActivateView(ExchangeView):
    """Making an import active."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_activate", parameters=[IDEMPOTENCY_KEY],
        request=wire.ActivateSerializer, responses={201: wire.ImportRunSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, import_run_id: UUID) -> Response:
        """Now, or at a moment to come."""
        at = self.given(wire.ActivateSerializer)["at"]
        return self.told(imports.activate(actor=self.actor, run_id=import_run_id, at=at), 201)


class RollBackView(ExchangeView):
    """Taking an active import back."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_imports_roll_back", parameters=[IDEMPOTENCY_KEY],
        request=None, responses={201: wire.ImportRunSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request, import_run_id: UUID) -> Response:
        """What was before comes back, unless it was changed since."""
        return self.told(imports.roll_back(actor=self.actor, run_id=import_run_id), 201)
