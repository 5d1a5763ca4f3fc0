"""Many values of own offers changed in one request."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from crm_core.access.api.base import IDEMPOTENCY_KEY
from infra.idempotency import idempotent
from marketplace.catalog.api.views import TAGS, CatalogView
from marketplace.catalog.services.sheet import COLUMNS, MOST_CELLS, Cell, Row, change_cells


class CellSerializer(serializers.Serializer):
    """A cell: a decimal is plain text with a point, nothing is the empty text."""

    offer = serializers.UUIDField()
    column = serializers.ChoiceField([(each, each) for each in COLUMNS])
    base = serializers.CharField(
        allow_blank=True, max_length=500, trim_whitespace=False,
        help_text="What stood there when it was changed.",
    )  # fmt: skip
    value = serializers.CharField(allow_blank=True, max_length=500)


class CellsSerializer(serializers.Serializer):
    """Values of own offers, each in its cell."""

    cells = CellSerializer(many=True, min_length=1, max_length=MOST_CELLS)


class SheetRowSerializer(serializers.Serializer):
    """A line of the sheet: its cells by column, and the columns that are not changed here."""

    offer = serializers.UUIDField()
    currency = serializers.CharField()
    fixed = serializers.ListField(child=serializers.CharField())
    cells = serializers.DictField(child=serializers.CharField())


class SheetChangedSerializer(serializers.Serializer):
    """The changed lines, and the cells that undo the change."""

    rows = SheetRowSerializer(many=True)
    undo = CellSerializer(many=True)


class CellsView(CatalogView):
    """Cells of own offers."""

    @extend_schema(
        tags=TAGS, operation_id="catalog_own_offers_cells", parameters=[IDEMPOTENCY_KEY],
        request=CellsSerializer, responses={201: SheetChangedSerializer},
    )  # fmt: skip
    @idempotent
    def post(self, request: Request) -> Response:
        """Change all of the cells, or none. A public price that is changed ends, and another
        begins. Sending ``undo`` of the answer takes the change back."""
        told = self.given(CellsSerializer)["cells"]
        rows, undo = change_cells(actor=self.actor, cells=[Cell(**each) for each in told])
        document = {"rows": [_row(each) for each in rows], "undo": [_cell(each) for each in undo]}
        return Response(SheetChangedSerializer(document).data, status=201)


def _row(row: Row) -> dict[str, Any]:
    return {
        "offer": row.offer.pk, "currency": row.currency, "fixed": sorted(row.fixed),
        "cells": row.cells,
    }  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "offer": cell.offer, "column": cell.column, "base": cell.base, "value": cell.value
    }  # fmt: skip
