"""Lists as files: CSV and XLSX, harmless to the spreadsheet that opens them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Cell = str | int
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(
    form: str,
    *,
    titles: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    sheet: str,
    wide: Sequence[int] = (),
) -> bytes:
    """The rows as ``csv`` or ``xlsx``; ``wide`` are the columns that hold long texts."""
    if form == "csv":
        return _csv(titles, rows)
    return _xlsx(titles, rows, sheet=sheet, wide=wide)


def _csv(titles: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """With a mark of UTF-8 for spreadsheets, and no text that one would take for a formula."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(titles)
    for row in rows:
        writer.writerow([_harmless(value) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _harmless(value: Cell) -> Cell:
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula, or
    where :func:`bare` would take one off."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def bare(text: str) -> str:
    """The text without the apostrophe that :func:`harmless` put before it."""
    if text.startswith("'") and text.lstrip("'").startswith(_FORMULA):
        return text[1:]
    return text


def _xlsx(
    titles: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str, wide: Sequence[int]
) -> bytes:
    file = BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet[:31])
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, title in enumerate(titles):
        page.write_string(0, column, title, strong)
        page.set_column(column, column, 24 if column in wide else 16)
    last = 0
    for last, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(last, column, value)
            else:
                page.write_string(last, column, value[:32767])
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, last), len(titles) - 1)
    book.close()
    return file.getvalue()
