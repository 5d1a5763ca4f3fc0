"""The comparison of quotes as an XLSX workbook. Numbers are numbers, texts never formulas."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from marketplace.lists import unit_symbol
from marketplace.quotes.comparison import Cell, Comparison

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOLD = Font(bold=True)
ASKED = 4  # columns before the suppliers'
EACH = 4  # columns of a supplier


def workbook(found: Comparison) -> bytes:
    """Two rows of headings, a row per line, a row of totals."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = found.rfq.number
    heads: list[Any] = [found.rfq.number, found.rfq.title, "", ""]
    names: list[Any] = ["", _("What is needed"), _("Quantity"), _("Unit")]
    totals: list[Any] = ["", _("Total"), "", ""]
    for column in found.columns:
        quote = column.quote
        heads += [quote.invitation.supplier.legal_name, quote.currency_id,
                  _("Valid until"), quote.valid_until]  # fmt: skip
        names += [_("Price of one"), _("Quantity"), _("Lead time, days"), _("Lowest")]
        totals += [column.total, "", "", _("yes") if column.lowest_total else ""]
    rows = [
        [line.position, line.name, line.quantity, unit_symbol(line.unit_id),
         *(value for cell in cells for value in _values(cell))]
        for line, cells in found.rows
    ]  # fmt: skip
    for number, row in enumerate([heads, names, *rows, totals], 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a supplier's text is never read as a formula
            if number < 3 or number == len(rows) + 3:
                cell.font = BOLD
    sheet.freeze_panes = sheet.cell(3, ASKED + 1)
    sheet.column_dimensions["B"].width = 44
    for place in range(ASKED + 1, ASKED + EACH * len(found.columns) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = 16
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _values(cell: Cell) -> list[Any]:
    answer = cell.answer
    if answer is None or answer.price is None:
        reason = answer.no_bid if answer else ""
        return [_("no bid"), "", "", reason]
    return [answer.price, answer.quantity, answer.lead_time_days,
            _("yes") if cell.lowest else ""]  # fmt: skip
