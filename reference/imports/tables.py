"""The rows of a CSV or XLSX file from outside, whatever its encoding and separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from infra.files import archives
from infra.files.errors import FileRefused
from infra.files.kinds import FileKind
from infra.sheets import bare, harmless
from reference.errors import TableRefused

MOST_COLUMNS = 200
MOST_ROWS = 400_000
SEPARATORS = (";", "\t", ",", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be taken; ``row`` counts from 1 and includes the headings. ``cells`` is the
    row itself, as far as it could be read."""

    row: int
    code: str
    detail: str = ""
    cells: tuple[str, ...] = field(default=(), compare=False)


Row = tuple[int, list[str]]


def rows(content: bytes, *, headed: bool = False) -> Iterator[Row | Fault]:
    """Rows with text in them, by number. Raises TableRefused for what is no table at all.

    A cell that is a formula makes its row a fault: what it would show is not in the file, and
    nobody should open it. Our own exports put an apostrophe before such a text; it is taken off.
    ``headed``: the first line holds the headings, so it alone tells the separator.
    """
    if not content.strip():
        raise TableRefused(reason="empty")
    zipped = content.startswith(archives.ZIP_SIGNATURE)
    found = _sheet(content) if zipped else _separated(content, 1 if headed else 20)
    for number, cells in found:
        if isinstance(cells, str):
            yield Fault(number, cells)
            continue
        if number > MOST_ROWS:
            raise TableRefused(reason="rows")
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise TableRefused(reason="columns")
        formula = next((cell for cell in cells if cell.startswith(("=", "@"))), None)
        if formula is not None:
            yield Fault(number, "formula", formula[:60], tuple(cells))
        elif cells:
            yield number, [bare(cell) for cell in cells]


def text_of(content: bytes) -> str:
    """The file as text: by its mark, else UTF-16 by its zeros, UTF-8, or Windows' Cyrillic."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    head = content[:2000]
    if head.count(0) > len(head) // 4:
        odd = head[1::2].count(0) >= head[::2].count(0)
        return _decoded(content, "utf-16-le" if odd else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "cp1251")


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise TableRefused(reason="encoding") from None


def _separated(content: bytes, looked_at: int) -> Iterator[tuple[int, list[str] | str]]:
    text = text_of(content)
    if "\0" in text:
        raise TableRefused(reason="encoding")
    head = text[:20_000].splitlines()[:looked_at]
    separator = max(SEPARATORS, key=lambda mark: max(line.count(mark) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, "malformed"
            continue
        yield number, [cell.strip() for cell in cells]


def _sheet(content: bytes) -> Iterator[tuple[int, list[str] | str]]:
    """The first sheet of a workbook that was found to be whole and to hide nothing."""
    if archives.identify(content) is not FileKind.XLSX:
        raise TableRefused(reason="kind")
    try:
        archives.check(content, FileKind.XLSX)
    except FileRefused:
        raise TableRefused(reason="kind") from None
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if len(row) > MOST_COLUMNS and any(
                cell.value is not None for cell in row[MOST_COLUMNS:]
            ):
                raise TableRefused(reason="columns")
            yield number, [_cell(cell) for cell in row[:MOST_COLUMNS]]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError):
        raise TableRefused(reason="kind") from None


def _cell(cell: Any) -> str:
    """A cell as a CSV file would hold it: a formula as it is, a text like one escaped."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return text if cell.data_type == "f" else harmless(text)
