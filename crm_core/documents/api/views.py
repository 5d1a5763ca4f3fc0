"""API: the documents of the caller's company, and the files the caller may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorMixin, ActorView
from crm_core.documents import services
from crm_core.documents.api.serializers import (
    DocumentSerializer,
    UploadSerializer,
    VersionSerializer,
)
from crm_core.documents.models import Document
from crm_core.documents.selectors import own_documents, version_for
from infra.files.kinds import FileKind
from infra.files.serving import send
from infra.multipart import MultipartParser


class DocumentsView(ActorMixin, ListAPIView[Any]):
    """The company's documents."""

    serializer_class = DocumentSerializer
    parser_classes = (MultipartParser,)

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Document.objects.none()
        return own_documents(self.actor)

    @extend_schema(operation_id="documents_list", tags=["documents"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="documents_upload", request={"multipart/form-data": UploadSerializer},
        responses={201: VersionSerializer}, tags=["documents"],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        asked = UploadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        file = given.pop("file")
        version = services.upload(
            actor=self.actor, file=file, name=file.name,
            document_id=given.pop("document", None), **given,
        )  # fmt: skip
        return Response(VersionSerializer(version).data, status=201)


class VersionView(ActorView):
    """One version of a document."""

    @extend_schema(
        operation_id="documents_retrieve", responses=VersionSerializer, tags=["documents"]
    )
    def get(self, request: Request, version_id: UUID) -> Response:
        return Response(VersionSerializer(version_for(self.actor, version_id)).data)

    @extend_schema(operation_id="documents_delete_draft", responses={204: None}, tags=["documents"])
    def delete(self, request: Request, version_id: UUID) -> Response:
        services.delete_draft(actor=self.actor, version_id=version_id)
        return Response(status=204)


class ContentView(ActorView):
    """The file itself, always as a download."""

    @extend_schema(
        operation_id="documents_content",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
        tags=["documents"],
    )
    def get(self, request: Request, version_id: UUID) -> FileResponse:
        version, file = services.content_for(actor=self.actor, version_id=version_id)
        return send(
            file=file, name=version.name, kind=FileKind(version.file_kind), size=version.size,
            shown=False,
        )  # fmt: skip
