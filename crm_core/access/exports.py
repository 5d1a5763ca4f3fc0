"""The log of a company's people as a file: CSV and XLSX."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm_core.companies.models import PeopleEntry
from kernel.clock import moment_to_wire

MOST = 50_000
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_log(entries: QuerySet[PeopleEntry], form: str) -> bytes:
    """The lines, at most fifty thousand, oldest first, titles in the reader's language."""
    rows = _rows(entries.order_by("number")[:MOST])
    return _csv(rows) if form == "csv" else _xlsx(rows)


def titles() -> list[str]:
    """The columns."""
    return [_("No."), _("When"), _("What"), _("Who"), _("Whom"), _("Role"), _("Before"), _("After")]


def _rows(entries: QuerySet[PeopleEntry]) -> Iterator[list[str]]:
    for entry in entries:
        yield [
            str(entry.number),
            moment_to_wire(entry.at),
            str(entry.get_action_display()),
            str(entry.by or ""),
            str(entry.person or (entry.invitation and entry.invitation.email) or ""),
            str(entry.get_role_display()),
            entry.before,
            entry.after,
        ]


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _csv(rows: Iterator[list[str]]) -> bytes:
    """With a mark of UTF-8 for spreadsheets, and no text that one would take for a formula."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(titles())
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterator[list[str]]) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Log")[:31])
    strong = book.add_format({"bold": True})
    for column, title in enumerate(titles()):
        sheet.write_string(0, column, title, strong)
        sheet.set_column(column, column, 22)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            sheet.write_string(number, column, value)
    sheet.freeze_panes(1, 0)
    book.close()
    return file.getvalue()
