"""The European Union's consolidated financial sanctions list: XML and CSV of the FSF."""

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
    grouped,
    joined,
)
from crm_core.screening.formats.tables import Row, named
from crm_core.screening.formats.xml import Element, children, elements, text

KINDS = {
    "person": ListedKind.PERSON,
    "p": ListedKind.PERSON,
    "enterprise": ListedKind.ORGANISATION,
    "e": ListedKind.ORGANISATION,
}
CSV_HEAD = "Entity_LogicalId"


def read_xml(path: Path) -> Reading:
    """The list; its day is ``generationDate``."""
    reading = Reading(iter(()))
    reading.entries = _elements(path, reading)
    return reading


def read_csv(path: Path) -> Reading:
    """The list, several rows an entity; its day is the ``fileGenerationDate``."""
    reading = Reading(iter(()))
    reading.entries = _rows(path, reading)
    return reading


def _elements(path: Path, reading: Reading) -> Iterator[Entry]:
    for element in elements(path, ("sanctionEntity",)):
        if reading.published_on is None:
            root = element.getroottree().getroot()
            reading.published_on = whole_day(root.get("generationDate"))
        yield _entity(element)


def _entity(element: Element) -> Entry:
    uid = element.get("logicalId") or element.get("euReferenceNumber")
    if not uid:
        return Fault("no_id", "sanctionEntity", "")
    builder = Builder(uid)
    for subject in children(element, "subjectType"):
        builder.kind = KINDS.get((subject.get("code") or "").lower(), builder.kind)
    for alias in children(element, "nameAlias"):
        name = clean(alias.get("wholeName")) or joined(
            alias.get("firstName"), alias.get("middleName"), alias.get("lastName")
        )
        builder.name(name, _use(builder, alias.get("strong")))
        builder.detail("titles", alias.get("function"))
    for tag in ("citizenship", "address"):
        for each in children(element, tag):
            builder.country(_iso(each.get("countryIso2Code")))
    for each in children(element, "address"):
        parts = (each.get(key) for key in ("street", "zipCode", "city", "countryDescription"))
        builder.detail("addresses", ", ".join(filter(None, map(clean, parts))))
    for born in children(element, "birthdate"):
        day = partial(born.get("birthdate")) or assembled(
            born.get("year"), born.get("monthOfYear"), born.get("dayOfMonth")
        )
        builder.birth(day)
    for each in children(element, "identification"):
        kind = each.get("identificationTypeDescription") or each.get("identificationTypeCode")
        country = _iso(each.get("countryIso2Code"))
        builder.number(kind or "", each.get("number") or each.get("latinNumber"), country)
    for regulation in children(element, "regulation"):
        builder.program(regulation.get("programme"))
    builder.detail("reference", element.get("euReferenceNumber"))
    builder.detail("listed_on", element.get("designationDate"))
    builder.detail("remarks", text(element, "remark"))
    return finished(builder, uid)


def _rows(path: Path, reading: Reading) -> Iterator[Entry]:
    builders: dict[str, tuple[Builder, str]] = {}
    for each in named(path, CSV_HEAD, ";"):
        if isinstance(each, Fault):
            yield each
            continue
        if isinstance(each, list):
            continue
        line, row = each
        if reading.published_on is None:
            reading.published_on = whole_day(row.get("fileGenerationDate"))
        uid = clean(row[CSV_HEAD])
        if not uid:
            yield Fault("no_id", str(line), clean(row.get("NameAlias_WholeName"))[:80])
            continue
        builder, _ = builders.setdefault(uid, (Builder(uid), str(line)))
        _row(builder, row)
    yield from grouped(builders.values())


def _row(builder: Builder, row: Row) -> None:
    for column in ("Entity_SubjectType", "Entity_SubjectType_ClassificationCode"):
        builder.kind = KINDS.get(clean(row.get(column)).lower(), builder.kind)
    name = clean(row.get("NameAlias_WholeName")) or joined(
        row.get("NameAlias_FirstName"),
        row.get("NameAlias_MiddleName"),
        row.get("NameAlias_LastName"),
    )
    builder.name(name, _use(builder, row.get("NameAlias_Strong")))
    for prefix in ("Address", "Citizenship"):
        code = _iso(row.get(f"{prefix}_CountryIso2Code"))
        builder.country(code or country_code(row.get(f"{prefix}_CountryDescription")))
    builder.birth(
        partial(row.get("BirthDate_BirthDate")) or assembled(row.get("BirthDate_Year"), "", "")
    )
    kind = row.get("Identification_TypeDescription") or row.get("Identification_TypeCode") or ""
    country = _iso(row.get("Identification_CountryIso2Code"))
    builder.number(kind, row.get("Identification_Number"), country)
    builder.program(row.get("Entity_Regulation_Programme"))
    builder.detail("reference", row.get("Entity_EU_ReferenceNumber"))
    builder.detail("listed_on", row.get("Entity_DesignationDate"))
    builder.detail("titles", row.get("NameAlias_Function"))
    builder.detail("remarks", row.get("Entity_Remark"))


def _use(builder: Builder, strong: str | None) -> NameUse:
    if (strong or "").lower() == "false":
        return NameUse.WEAK
    return NameUse.ALIAS if builder.named else NameUse.PRIMARY


def _iso(code: str | None) -> str:
    """The EU writes 00 for a country that is not known."""
    return country_code(code) if code and code.isalpha() else ""
