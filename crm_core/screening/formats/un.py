"""The United Nations Security Council's consolidated list in XML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crm_core.screening.formats.countries import country_code
from crm_core.screening.formats.dates import assembled, partial, whole_day
from crm_core.screening.formats.listed import (
    Builder,
    Entry,
    Fault,
    ListedKind,
    NameUse,
    Reading,
    clean,
    finished,
    joined,
)
from crm_core.screening.formats.xml import Element, children, elements, local, text, texts

USES = {"good": NameUse.ALIAS, "low": NameUse.WEAK, "a.k.a.": NameUse.ALIAS,
        "f.k.a.": NameUse.FORMER}  # fmt: skip
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def read(path: Path) -> Reading:
    """The list; its day is ``dateGenerated``."""
    reading = Reading(iter(()))
    reading.entries = _entries(path, reading)
    return reading


def _entries(path: Path, reading: Reading) -> Iterator[Entry]:
    for element in elements(path, ("INDIVIDUAL", "ENTITY")):
        if reading.published_on is None:
            root = element.getroottree().getroot()
            reading.published_on = whole_day(root.get("dateGenerated"))
        yield _entry(element)


def _entry(element: Element) -> Entry:
    person = local(element) == "INDIVIDUAL"
    uid = text(element, "DATAID") or text(element, "REFERENCE_NUMBER")
    if not uid:
        return Fault("no_id", local(element), text(element, "FIRST_NAME")[:80])
    builder = Builder(uid, ListedKind.PERSON if person else ListedKind.ORGANISATION)
    builder.name(joined(*(text(element, part) for part in _NAMES)), NameUse.PRIMARY)
    builder.name(text(element, "NAME_ORIGINAL_SCRIPT"), NameUse.ALIAS)
    kind = local(element)
    for alias in children(element, f"{kind}_ALIAS"):
        use = USES.get(text(alias, "QUALITY").lower(), NameUse.ALIAS)
        for name in text(alias, "ALIAS_NAME").split(";"):
            builder.name(name, use)
    for country in texts(element, "NATIONALITY", "VALUE"):
        builder.country(country_code(country))
    for address in children(element, f"{kind}_ADDRESS"):
        builder.country(country_code(text(address, "COUNTRY")))
        parts = [clean(part.text) for part in address if clean(part.text)]
        builder.detail("addresses", ", ".join(parts))
    for born in children(element, "INDIVIDUAL_DATE_OF_BIRTH"):
        builder.birth(_birth(born))
    for document in children(element, "INDIVIDUAL_DOCUMENT"):
        builder.number(
            text(document, "TYPE_OF_DOCUMENT"),
            text(document, "NUMBER"),
            country_code(text(document, "ISSUING_COUNTRY") or text(document, "COUNTRY_OF_ISSUE")),
        )
    builder.program(text(element, "UN_LIST_TYPE"))
    builder.detail("reference", text(element, "REFERENCE_NUMBER"))
    builder.detail("listed_on", text(element, "LISTED_ON"))
    for title in (*texts(element, "TITLE", "VALUE"), *texts(element, "DESIGNATION", "VALUE")):
        builder.detail("titles", title)
    builder.detail("remarks", text(element, "COMMENTS1"))
    return finished(builder, uid)


def _birth(born: Element) -> str:
    if day := text(born, "DATE"):
        return partial(day)
    if start := text(born, "FROM_YEAR"):
        years = (assembled(start, "", ""), assembled(text(born, "TO_YEAR"), "", ""))
        return "/".join(dict.fromkeys(filter(None, years)))
    return assembled(text(born, "YEAR"), "", "")
