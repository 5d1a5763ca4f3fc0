"""FollowTheMoney entities as JSON, one a line, as OpenSanctions publishes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from crm_core.screening.formats.countries import country_code
from crm_core.screening.formats.dates import partial, whole_day
from crm_core.screening.formats.listed import (
    Builder,
    Entry,
    Fault,
    FileRefused,
    ListedKind,
    NameUse,
    Reading,
    clean,
    finished,
)

LINE_LENGTH = 4 * 1024 * 1024
KINDS = {
    "Person": ListedKind.PERSON,
    "Organization": ListedKind.ORGANISATION,
    "Company": ListedKind.ORGANISATION,
    "LegalEntity": ListedKind.UNKNOWN,
    "PublicBody": ListedKind.ORGANISATION,
    "Vessel": ListedKind.VESSEL,
    "Airplane": ListedKind.AIRCRAFT,
}
"""Schemata that have names of their own to compare; links, addresses and documents have none."""

NAMES = {"name": NameUse.PRIMARY, "alias": NameUse.ALIAS, "abbreviation": NameUse.ALIAS,
         "previousName": NameUse.FORMER, "weakAlias": NameUse.WEAK}  # fmt: skip
COUNTRIES = ("country", "jurisdiction", "nationality", "citizenship", "mainCountry", "flag")
NUMBERS = ("registrationNumber", "taxNumber", "vatCode", "innCode", "ogrnCode", "kppCode",
           "leiCode", "swiftBic", "idNumber", "passportNumber", "socialSecurityNumber",
           "imoNumber", "mmsi", "dunsCode", "uniqueEntityId", "okpoCode", "bikCode")  # fmt: skip
DETAILS = {"position": "titles", "address": "addresses", "notes": "remarks",
           "topics": "topics"}  # fmt: skip


def read(path: Path) -> Reading:
    """The targets of a data set, or everything with a name where no entity says what it is.

    The file does not say its day; the latest ``last_seen`` is that of the export.
    """
    reading = Reading(iter(()))
    reading.entries = _entries(path, reading)
    return reading


def _entries(path: Path, reading: Reading) -> Iterator[Entry]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_LENGTH + 1):
            number += 1
            if len(line) > LINE_LENGTH:
                raise FileRefused("line_too_long", str(number))
            if not line.strip():
                continue
            try:
                entity = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                yield Fault("row_malformed", str(number), str(error)[:200])
                continue
            if (entry := _entry(entity, str(number), reading)) is not None:
                yield entry


def _entry(entity: Any, place: str, reading: Reading) -> Entry | None:
    properties = entity.get("properties") if isinstance(entity, dict) else None
    if not isinstance(properties, dict) or not isinstance(entity.get("schema"), str):
        return Fault("row_malformed", place, "schema, properties")
    if entity["schema"] not in KINDS or entity.get("target") is False:
        return None
    uid = entity.get("id")
    if not (isinstance(uid, str) and uid.strip()):
        return Fault("no_id", place, str(entity.get("caption", ""))[:80])
    reading.published_on = _later(reading.published_on, entity.get("last_seen"))
    builder = Builder(clean(uid)[:200], KINDS[entity["schema"]])
    for key, use in NAMES.items():
        for name in _texts(properties, key):
            primary = use is NameUse.PRIMARY and builder.named
            builder.name(name, NameUse.ALIAS if primary else use)
    for key in COUNTRIES:
        for country in _texts(properties, key):
            builder.country(country_code(country))
    for born in _texts(properties, "birthDate"):
        builder.birth(partial(born))
    for key in NUMBERS:
        for each in _texts(properties, key):
            builder.number(key, each)
    for key in ("program", "programId"):
        for program in _texts(properties, key):
            builder.program(program)
    for dataset in entity.get("datasets") or ():
        if isinstance(dataset, str):
            builder.detail("datasets", dataset)
    for key, detail in DETAILS.items():
        for each in _texts(properties, key):
            builder.detail(detail, each)
    return finished(builder, place)


def _texts(properties: dict[str, Any], key: str) -> list[str]:
    values = properties.get(key)
    return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []


def _later(known: date | None, text: Any) -> date | None:
    found = whole_day(text) if isinstance(text, str) else None
    return found if known is None or (found is not None and found > known) else known
