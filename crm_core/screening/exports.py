"""Hits as a file: CSV and XLSX."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm_core.screening.models import Hit
from crm_core.screening.wording import source_name
from kernel.clock import moment_to_wire

MOST = 50_000
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(hits: QuerySet[Hit], form: str) -> bytes:
    """The hits, at most fifty thousand, as ``csv`` or ``xlsx``, with the titles in the reader's
    language."""
    rows = _rows(hits[:MOST])
    return _csv(rows) if form == "csv" else _xlsx(rows)


def titles() -> list[str]:
    """The columns."""
    return [
        _("Company"), _("Reference"), _("Subject"), _("Kind"), _("Listed name"), _("List"),
        _("Number in the list"), _("Score"), _("State"), _("Open since"), _("Decided"),
        _("Decided by"), _("Reason"),
    ]  # fmt: skip


def _rows(hits: QuerySet[Hit]) -> Iterator[list[str | int]]:
    for hit in hits.iterator(chunk_size=500):
        decision = hit.decision
        yield [
            hit.subject.company.legal_name,
            hit.subject.company.reference,
            hit.subject.caption,
            str(hit.subject.get_kind_display()),
            hit.evidence.entity.caption if hit.evidence is not None else "",
            source_name(hit.source.code),
            hit.uid,
            hit.score,
            str(hit.get_state_display()),
            moment_to_wire(hit.opened_at),
            moment_to_wire(decision.decided_at) if decision is not None else "",
            str(decision.decided_by) if decision is not None else "",
            decision.reason if decision is not None else "",
        ]


def _csv(rows: Iterator[list[str | int]]) -> bytes:
    """With a mark of UTF-8 for spreadsheets, and no text that one would take for a formula."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(titles())
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _harmless(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _xlsx(rows: Iterator[list[str | int]]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Hits")[:31])
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, title in enumerate(titles()):
        sheet.write_string(0, column, title, strong)
        sheet.set_column(column, column, 24 if column in (0, 2, 4, 12) else 16)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(last, column, value)
            else:
                sheet.write_string(last, column, value[:32767])
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, last), len(titles()) - 1)
    book.close()
    return file.getvalue()
