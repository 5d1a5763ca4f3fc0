"""Which format a file has, told by what is in it and not by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from crm_core.screening.formats import eu, ftm, ofac_advanced, ofac_csv, ofac_xml, tables, uk, un
from crm_core.screening.formats.listed import FileRefused, Reading
from crm_core.screening.formats.xml import root_name

HEAD = 4096


class Format(StrEnum):
    """The formats that can be read."""

    OFAC_CSV = "ofac_csv"
    OFAC_XML = "ofac_xml"
    OFAC_ADVANCED = "ofac_advanced"
    UK_OFSI_CSV = "uk_ofsi_csv"
    UK_CSV = "uk_csv"
    UK_XML = "uk_xml"
    EU_CSV = "eu_csv"
    EU_XML = "eu_xml"
    UN_XML = "un_xml"
    FTM = "ftm"


ROOTS = {
    "sdnList": Format.OFAC_XML,
    "Sanctions": Format.OFAC_ADVANCED,
    "Designations": Format.UK_XML,
    "export": Format.EU_XML,
    "CONSOLIDATED_LIST": Format.UN_XML,
}
_READERS: dict[Format, Callable[[Path], Reading]] = {
    Format.OFAC_XML: ofac_xml.read,
    Format.OFAC_ADVANCED: ofac_advanced.read,
    Format.UK_OFSI_CSV: uk.read_ofsi,
    Format.UK_CSV: uk.read_csv,
    Format.UK_XML: uk.read_xml,
    Format.EU_CSV: eu.read_csv,
    Format.EU_XML: eu.read_xml,
    Format.UN_XML: un.read,
    Format.FTM: ftm.read,
}
SOURCES = {
    Format.OFAC_CSV: "ofac-sdn",
    Format.OFAC_XML: "ofac-sdn",
    Format.OFAC_ADVANCED: "ofac-sdn",
    Format.UK_OFSI_CSV: "uk-ofsi",
    Format.UK_CSV: "uk",
    Format.UK_XML: "uk",
    Format.EU_CSV: "eu",
    Format.EU_XML: "eu",
    Format.UN_XML: "un",
    Format.FTM: "ftm",
}
"""The code of the list a format belongs to, unless the operator gives another."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file, or the files of OFAC's set by their numbers of columns."""

    format: Format
    files: dict[int, Path]

    def read(self) -> Reading:
        """Begin to read. Raises FileRefused, also while entries are taken."""
        if self.format is Format.OFAC_CSV:
            return ofac_csv.read(self.files)
        return _READERS[self.format](self.files[0])


def recognise(paths: Sequence[Path]) -> Recognised:
    """What the files are. Raises FileRefused: unknown, or several that are no set."""
    if not paths:
        raise FileRefused("nothing")
    if len(paths) == 1 and (found := _single(paths[0])) is not None:
        return Recognised(found, {0: paths[0]})
    widths = {path: _width(path) for path in paths}
    files = {width: path for path, width in widths.items() if width is not None}
    if ofac_csv.MAIN in files and len(files) == len(paths):
        return Recognised(Format.OFAC_CSV, files)
    if len(paths) > 1:
        raise FileRefused("no_set")
    raise FileRefused("main_file_missing" if files else "format_unknown")


def _single(path: Path) -> Format | None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise FileRefused("empty")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<") or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _xml(path)
    if start.startswith(b"{"):
        return _json(path)
    return _table(path)


def _xml(path: Path) -> Format:
    name = root_name(path)
    if name not in ROOTS:
        raise FileRefused("format_unknown", name[:80])
    return ROOTS[name]


def _json(path: Path) -> Format:
    with path.open("rb") as file:
        line = file.readline(ftm.LINE_LENGTH)
    try:
        entity = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise FileRefused("format_unknown", "JSON") from None
    if not {"id", "schema", "properties"} <= entity.keys():
        raise FileRefused("format_unknown", "JSON")
    return Format.FTM


def _table(path: Path) -> Format | None:
    for delimiter in (",", ";"):
        for row in tables.first_rows(path, delimiter):
            heads = set(row)
            if {"Group ID", "Group Type", "Name 6"} <= heads:
                return Format.UK_OFSI_CSV
            if {"Unique ID", "Designation Type", "Name 6"} <= heads:
                return Format.UK_CSV
            if {"Entity_LogicalId", "NameAlias_WholeName"} <= heads:
                return Format.EU_CSV
    return None


def _width(path: Path) -> int | None:
    """The number of columns, if the file can be one of OFAC's set."""
    found = tables.first_rows(path, most=1)
    if not found or not found[0][0].isdigit():
        return None
    width = len(found[0])
    known = (ofac_csv.MAIN, ofac_csv.ALTERNATES, ofac_csv.ADDRESSES, ofac_csv.COMMENTS)
    return width if width in known else None
