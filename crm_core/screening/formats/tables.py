"""CSV read row by row, in UTF-8 or, where a byte is none, in Windows' Western encoding."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from crm_core.screening.formats.listed import Fault

Row = dict[str, str]


def _western(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


codecs.register_error("screening-western", _western)


def rows(path: Path, delimiter: str = ",") -> Iterator[tuple[int, list[str]] | Fault]:
    """Each row with the number of its last line; a row that cannot be read is a fault."""
    with path.open(encoding="utf-8-sig", errors="screening-western", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Fault("row_malformed", str(reader.line_num), str(error)[:200])
                continue
            if any(field.strip() for field in row):
                yield reader.line_num, row


def named(
    path: Path, header: str, delimiter: str = ","
) -> Iterator[tuple[int, Row] | Fault | list[str]]:
    """Rows below the header that has a column ``header``, by column; the rows before it as lists.

    A row with another number of columns than the header is a fault. Of two columns with the same
    name the first keeps it, the later are called ``name#2`` and so on.
    """
    columns: list[str] = []
    for each in rows(path, delimiter):
        if isinstance(each, Fault):
            yield each
            continue
        line, row = each
        if not columns:
            heads = [head.strip() for head in row]
            if header in heads:
                columns = _distinct(heads)
            else:
                yield row
            continue
        if len(row) > len(columns) and not any(rest.strip() for rest in row[len(columns) :]):
            row = row[: len(columns)]
        if len(row) != len(columns):
            yield Fault("row_length", str(line), f"{len(row)} / {len(columns)}")
            continue
        yield line, dict(zip(columns, row, strict=True))


def first_rows(path: Path, delimiter: str = ",", most: int = 3) -> list[list[str]]:
    """The first readable rows."""
    found: list[list[str]] = []
    for each in rows(path, delimiter):
        if isinstance(each, Fault):
            break
        found.append([field.strip() for field in each[1]])
        if len(found) == most:
            break
    return found


def _distinct(heads: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    found = []
    for head in heads:
        seen[head] = seen.get(head, 0) + 1
        found.append(head if seen[head] == 1 else f"{head}#{seen[head]}")
    return found
