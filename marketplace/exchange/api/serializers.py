"""Documents of the exchange's API."""

from __future__ import annotations

from rest_framework import serializers

from marketplace.exchange.models import ImportRow, ImportRun


class ImportUploadSerializer(serializers.Serializer):
    file = serializers.FileField(allow_empty_file=True)
    whole = serializers.BooleanField(default=False)


class ActivateSerializer(serializers.Serializer):
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ImportRunSerializer(serializers.ModelSerializer):
    """An import of offers with what it changes."""

    class Meta:
        model = ImportRun
        fields = ("id", "file_name", "sha256", "form", "whole", "state", "lines", "read_to", "new",
                  "changed", "same", "gone", "wrong", "rises", "falls", "asked_for", "failure",
                  "failure_detail", "created_at", "activate_at", "activated_at",
                  "rolled_back_at")  # fmt: skip
        read_only_fields = fields


class ImportRowSerializer(serializers.ModelSerializer):
    """A row of an import; ``number`` is empty for an offer that the file lacks."""

    class Meta:
        model = ImportRow
        fields = ("number", "sku", "verdict", "errors", "price_before", "price_after", "rise")
        read_only_fields = fields
