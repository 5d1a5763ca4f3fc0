"""OFAC's comma-separated set: ``sdn.csv`` (or ``cons_prim.csv``), ``alt.csv``, ``add.csv``.

Layout by OFAC's data specification: no header, ``-0-`` for nothing; 12, 5 and 6 columns. Dates of
birth, nationalities, numbers and weak aliases stand in the remarks, split by semicolons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from crm_core.screening.formats.countries import country_code
from crm_core.screening.formats.dates import partial
from crm_core.screening.formats.listed import (
    Builder,
    Entry,
    Fault,
    ListedKind,
    NameUse,
    Reading,
    clean,
    finished,
)
from crm_core.screening.formats.tables import rows

MAIN, ALTERNATES, ADDRESSES, COMMENTS = 12, 5, 6, 2
NOTHING = "-0-"
KINDS = {
    "individual": ListedKind.PERSON,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.AIRCRAFT,
    "": ListedKind.ORGANISATION,
    "entity": ListedKind.ORGANISATION,
}
USES = {"aka": NameUse.ALIAS, "nka": NameUse.ALIAS, "fka": NameUse.FORMER}

_QUOTED = re.compile(r"^(?:alt\. )?[afn]\.k\.a\. '(.+)'$")
_BORN = re.compile(r"^(?:alt\. )?DOB (.+)$")
_OF = re.compile(r"^(?:alt\. )?(?:nationality|citizen) (.+)$")
_NUMBER = re.compile(
    r"^(?:alt\. )?((?:[A-Z][\w./&'-]*(?: [\w./&'-]+){0,5} )?"
    r"(?:No\.|Number|ID|ID No\.|#|Code|Passport|Cedula No\.|FEIN|Identification|Registration))"
    r" ([\w./ -]*\d[\w./ -]*?)(?: \(([^)]*)\))?$"
)


def read(files: dict[int, Path]) -> Reading:
    """The list of a set, by the files' numbers of columns. Only the main file is needed."""
    return Reading(_entries(files))


def _entries(files: dict[int, Path]) -> Iterator[Entry]:
    alternates: dict[str, list[list[str]]] = {}
    addresses: dict[str, list[list[str]]] = {}
    comments: dict[str, str] = {}
    for width, kept in ((ALTERNATES, alternates), (ADDRESSES, addresses)):
        if width in files:
            yield from _gather(files[width], width, kept)
    if COMMENTS in files:
        for each in _rows(files[COMMENTS], COMMENTS):
            if isinstance(each, Fault):
                yield each
            else:
                comments[each[1][0]] = each[1][1]
    for each in _rows(files[MAIN], MAIN):
        if isinstance(each, Fault):
            yield each
            continue
        line, row = each
        builder = Builder(row[0], KINDS.get(row[2].lower(), ListedKind.UNKNOWN))
        builder.name(_person(row[1]) if _is_person(builder) else row[1], NameUse.PRIMARY)
        for alternate in alternates.get(row[0], ()):
            name = _person(alternate[3]) if _is_person(builder) else alternate[3]
            builder.name(name, USES.get(alternate[2].lower(), NameUse.ALIAS))
        for address in addresses.get(row[0], ()):
            builder.country(country_code(address[4]))
            builder.detail("addresses", ", ".join(filter(None, address[2:5])))
        for program in re.split(r"\]\s*\[|;", row[3]):
            builder.program(program)
        builder.detail("titles", row[4])
        builder.number("Call sign", row[5])
        builder.country(country_code(row[9]))
        _remarks(builder, f"{row[11]}{comments.get(row[0], '')}")
        yield finished(builder, str(line))


def _gather(path: Path, width: int, kept: dict[str, list[list[str]]]) -> Iterator[Fault]:
    for each in _rows(path, width):
        if isinstance(each, Fault):
            yield each
        else:
            kept.setdefault(each[1][0], []).append(each[1])


def _rows(path: Path, width: int) -> Iterator[tuple[int, list[str]] | Fault]:
    """Rows with their fields cleaned; the end-of-file mark of old releases is left out."""
    for each in rows(path):
        if isinstance(each, Fault):
            yield each
            continue
        line, row = each
        fields = ["" if clean(field) == NOTHING else clean(field) for field in row]
        if fields == ["\x1a"]:
            continue
        if len(fields) != width:
            yield Fault("row_length", str(line), f"{len(fields)} / {width}")
        elif not fields[0].isdigit():
            yield Fault("no_id", str(line), fields[0][:80])
        else:
            yield line, fields


def _is_person(builder: Builder) -> bool:
    return builder.kind is ListedKind.PERSON


def _person(name: str) -> str:
    """``ABBAS, Abu`` as it is spoken."""
    family, comma, given = name.partition(",")
    return f"{clean(given)} {clean(family)}" if comma else name


def _remarks(builder: Builder, remarks: str) -> None:
    whole = clean(remarks)
    builder.detail("remarks", whole)
    for part in map(clean, whole.removesuffix(".").split(";")):
        if found := _QUOTED.match(part):
            builder.name(found[1], NameUse.WEAK)
        elif found := _BORN.match(part):
            builder.birth(partial(found[1]))
        elif found := _OF.match(part):
            builder.country(country_code(found[1]))
        elif found := _NUMBER.match(part):
            builder.number(found[1], found[2], country_code(found[3]))
