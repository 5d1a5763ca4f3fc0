"""Shapes of the documents API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from crm_core.documents.models import Document, DocumentKind, DocumentVersion


class VersionSerializer(serializers.ModelSerializer[DocumentVersion]):
    """A version: the file, what is said about it, and what became of it."""

    class Meta:
        model = DocumentVersion
        fields = ("id", "number", "name", "media_type", "size", "sha256", "issuer", "reference",
                  "issued_on", "expires_on", "uploaded_at", "state", "decided_at", "reason_code",
                  "reason_note", "scan", "scanned_at")  # fmt: skip
        read_only_fields = fields

    media_type = serializers.CharField(read_only=True)


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A document with its versions, latest first."""

    versions = VersionSerializer(many=True, read_only=True)

    class Meta:
        model = Document
        fields = ("id", "kind", "category", "created_at", "versions")
        read_only_fields = fields


class UploadSerializer(serializers.Serializer[Any]):
    """A file (multipart/form-data) and what it proves; ``document`` for a new version of one."""

    file = serializers.FileField(allow_empty_file=True, max_length=None)
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    document = serializers.UUIDField(required=False)
    category = serializers.CharField(max_length=10, required=False, allow_blank=True)
    issuer = serializers.CharField(max_length=200, required=False, allow_blank=True)
    reference = serializers.CharField(max_length=100, required=False, allow_blank=True)
    issued_on = serializers.DateField(required=False)
    expires_on = serializers.DateField(required=False)
