"""Pictures and documents of offers over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import ActorView
from infra.files.kinds import TRAITS
from infra.files.serving import send
from infra.multipart import MultipartParser
from marketplace.catalog import selectors
from marketplace.catalog.models import FileLanguage, OfferFile, OfferFileKind
from marketplace.catalog.policies import own_offer
from marketplace.catalog.services import files
from marketplace.catalog.services.files import FileInput

TAGS = ["catalog"]


class OfferFileSerializer(serializers.ModelSerializer):
    """A picture or a document of an offer; the list is in their order. ``size`` in bytes,
    ``sha256`` of what was uploaded."""

    media_type = serializers.SerializerMethodField()

    class Meta:
        model = OfferFile
        fields = ("id", "kind", "language", "alt_en", "alt_ru", "alt_uk", "name", "media_type",
                  "size", "sha256", "uploaded_at")  # fmt: skip
        read_only_fields = fields

    def get_media_type(self, file: OfferFile) -> str:
        return TRAITS[file.media].media_type


class OfferFileInputSerializer(serializers.Serializer[Any]):
    """A file (multipart/form-data): a picture with what it shows in one language at least, a
    document with its language."""

    file = serializers.FileField(allow_empty_file=True, max_length=None)
    kind = serializers.ChoiceField(OfferFileKind.choices)
    language = serializers.ChoiceField(FileLanguage.choices, required=False, allow_blank=True)
    alt_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    alt_ru = serializers.CharField(max_length=200, required=False, allow_blank=True)
    alt_uk = serializers.CharField(max_length=200, required=False, allow_blank=True)


class OwnFilesView(ActorView):
    """The files of one of your company's offers."""

    parser_classes = (MultipartParser,)

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_files_list",
        responses=OfferFileSerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request, own_offer_id: UUID) -> Response:
        """In their order."""
        offer = own_offer(self.actor, own_offer_id)
        return self.paginated(offer.files.all(), OfferFileSerializer)

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_files_upload",
        request={"multipart/form-data": OfferFileInputSerializer},
        responses={201: OfferFileSerializer},
    )  # fmt: skip
    def post(self, request: Request, own_offer_id: UUID) -> Response:
        """Put a file last. The same file a second time is refused, so it may be sent again."""
        told = self.given(OfferFileInputSerializer)
        file = told.pop("file")
        made = files.add_file(
            actor=self.actor, offer_id=own_offer_id, typed=FileInput(**told), file=file,
            name=file.name,
        )  # fmt: skip
        return Response(OfferFileSerializer(made).data, status=201)


class FilesView(ActorView):
    """The files of an offer to buy."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_offers_files", responses=OfferFileSerializer(many=True)
    )
    def get(self, request: Request, catalog_offer_id: UUID) -> Response:
        """In their order."""
        offer = selectors.offer_to_buy(self.actor, catalog_offer_id)
        return self.paginated(offer.files.all(), OfferFileSerializer)


class FileView(ActorView):
    """One file."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_files_content",
        parameters=[OpenApiParameter("small", type=bool, description="Of a picture: small.")],
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY)},
    )  # fmt: skip
    def get(self, request: Request, file_id: UUID) -> FileResponse:
        """The file itself, always as a download."""
        small = request.query_params.get("small") in ("1", "true")
        found, file = files.content_for(actor=self.actor, file_id=file_id, small=small)
        size = file.seek(0, 2)
        file.seek(0)
        return send(file=file, name=found.name, kind=found.media, size=size, shown=False)

    @extend_schema(tags=TAGS, operation_id="catalog_files_delete", responses={204: None})
    def delete(self, request: Request, file_id: UUID) -> Response:
        """Remove a file of your company's offer for good."""
        files.delete_file(actor=self.actor, file_id=file_id)
        return Response(status=204)
