"""The United Kingdom's lists: the consolidated list of OFSI, and the UK Sanctions List."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from crm_core.screening.formats.countries import country_codes
from crm_core.screening.formats.dates import partial, whole_day
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
from crm_core.screening.formats.xml import Element, children, elements, local, text, texts

KINDS = {
    "individual": ListedKind.PERSON,
    "entity": ListedKind.ORGANISATION,
    "ship": ListedKind.VESSEL,
}
_NUMBERED = re.compile(r"\(\d+\)")
_OFSI_HEAD, _UKSL_HEAD = "Group ID", "Unique ID"
_NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")


def read_ofsi(path: Path) -> Reading:
    """OFSI's ``ConList.csv``: several rows a group; its day stands in the first row."""
    reading = Reading(iter(()))
    reading.entries = _rows(path, reading, _OFSI_HEAD, _ofsi_row)
    return reading


def read_csv(path: Path) -> Reading:
    """The UK Sanctions List as CSV: several rows a designation; its day is the report's."""
    reading = Reading(iter(()))
    reading.entries = _rows(path, reading, _UKSL_HEAD, _uksl_row)
    return reading


def read_xml(path: Path) -> Reading:
    """The UK Sanctions List as XML; its day is ``DateGenerated``."""
    reading = Reading(iter(()))
    reading.entries = _designations(path, reading)
    return reading


def _rows(
    path: Path, reading: Reading, head: str, add: Callable[[Builder, Row], None]
) -> Iterator[Entry]:
    builders: dict[str, tuple[Builder, str]] = {}
    for each in named(path, head):
        if isinstance(each, Fault):
            yield each
            continue
        if isinstance(each, list):
            reading.published_on = reading.published_on or _day(each)
            continue
        line, row = each
        uid = clean(row[head])
        if not uid:
            yield Fault("no_id", str(line), clean(row["Name 6"])[:80])
            continue
        builder, _ = builders.setdefault(uid, (Builder(uid), str(line)))
        add(builder, row)
    yield from grouped(builders.values())


def _day(row: list[str]) -> date | None:
    """``Last Updated,03/06/2026`` or ``Report Date: 08-Oct-2026``."""
    for cell in row:
        words = clean(cell).removeprefix("Report Date:").strip()
        if (found := whole_day(words)) is not None:
            return found
    return None


def _ofsi_row(builder: Builder, row: Row) -> None:
    builder.kind = KINDS.get(clean(row["Group Type"]).lower(), builder.kind)
    use = _use(row.get("Alias Type", ""), row.get("Alias Quality", ""))
    builder.name(joined(*(row.get(part) for part in _NAMES)), use)
    builder.name(row.get("Name Non-Latin Script"), NameUse.ALIAS)
    for column in ("Country", "Nationality"):
        for code in country_codes(row.get(column)):
            builder.country(code)
    for born in _NUMBERED.split(row.get("DOB", "")):
        builder.birth(partial(born))
    for kind, column in (
        ("Passport", "Passport Number"),
        ("National identification", "National Identification Number"),
    ):
        for number in _NUMBERED.split(row.get(column, "")):
            builder.number(kind, number)
    builder.program(row.get("Regime"))
    builder.detail("listed_on", row.get("Listed On"))
    builder.detail("titles", row.get("Position"))
    address = [clean(row.get(f"Address {n}")) for n in range(1, 7)]
    builder.detail("addresses", ", ".join(filter(None, [*address, clean(row.get("Country"))])))
    builder.detail("remarks", row.get("Other Information"))


def _uksl_row(builder: Builder, row: Row) -> None:
    builder.kind = KINDS.get(clean(row.get("Designation Type")).lower(), builder.kind)
    use = _use(row.get("Name type", ""), row.get("Alias strength", ""))
    builder.name(joined(*(row.get(part) for part in _NAMES)), use)
    builder.name(row.get("Name non-latin script"), NameUse.ALIAS)
    for column in ("Address Country", "Nationality(/ies)", "Current believed flag of ship"):
        for code in country_codes(row.get(column)):
            builder.country(code)
    builder.birth(partial(row.get("D.O.B")))
    for kind, column in (
        ("Passport", "Passport number"),
        ("National identifier", "National Identifier number"),
        ("Business registration", "Business registration number (s)"),
        ("IMO", "IMO number"),
    ):
        builder.number(kind, row.get(column))
    builder.program(row.get("Regime Name"))
    builder.detail("listed_on", row.get("Date Designated"))
    builder.detail("reference", row.get("UN Reference Number"))
    builder.detail("titles", row.get("Position"))
    address = [clean(row.get(f"Address Line {n}")) for n in range(1, 7)]
    whole = [*address, clean(row.get("Address Country"))]
    builder.detail("addresses", ", ".join(filter(None, whole)))
    builder.detail("remarks", row.get("UK Statement of Reasons"))


def _use(kind: str, quality: str) -> NameUse:
    if "low" in quality.lower():
        return NameUse.WEAK
    match clean(kind).lower():
        case "primary name":
            return NameUse.PRIMARY
        case "fka":
            return NameUse.FORMER
    return NameUse.ALIAS


def _designations(path: Path, reading: Reading) -> Iterator[Entry]:
    for element in elements(path, ("DateGenerated", "Designation")):
        if local(element) == "DateGenerated":
            reading.published_on = whole_day(element.text)
        else:
            yield _designation(element)


def _designation(element: Element) -> Entry:
    uid = text(element, "UniqueID")
    if not uid:
        return Fault("no_id", "Designation", text(element, "Names", "Name", "Name6")[:80])
    builder = Builder(
        uid, KINDS.get(text(element, "IndividualEntityShip").lower(), ListedKind.UNKNOWN)
    )
    for name in children(element, "Names", "Name"):
        parts = joined(*(text(name, f"Name{n}") for n in range(1, 7)))
        builder.name(parts, _use(text(name, "NameType"), text(name, "AliasStrength")))
    for name in texts(element, "NonLatinNames", "NonLatinName", "NameNonLatinScript"):
        builder.name(name, NameUse.ALIAS)
    for address in children(element, "Addresses", "Address"):
        for code in country_codes(text(address, "AddressCountry")):
            builder.country(code)
        builder.detail("addresses", ", ".join(clean(part.text) for part in address if part.text))
    person = ("IndividualDetails", "Individual")
    for nationality in texts(element, *person, "Nationalities", "Nationality"):
        for code in country_codes(nationality):
            builder.country(code)
    for born in texts(element, *person, "DOBs", "DOB"):
        builder.birth(partial(born))
    for kind, path in (
        ("Passport", (*person, "PassportDetails", "Passport", "PassportNumber")),
        ("National identifier", (*person, "NationalIdentifierDetails", "NationalIdentifier",
                                 "NationalIdentifierNumber")),
        ("Business registration", ("EntityDetails", "Entity", "BusinessRegistrationNumbers",
                                   "BusinessRegistrationNumber")),
        ("IMO", ("ShipDetails", "Ship", "IMONumbers", "IMONumber")),
    ):  # fmt: skip
        for number in texts(element, *path):
            builder.number(kind, number)
    flags = ("ShipDetails", "Ship", "CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip")
    for flag in texts(element, *flags):
        for code in country_codes(flag):
            builder.country(code)
    builder.program(text(element, "RegimeName"))
    builder.detail("listed_on", text(element, "DateDesignated"))
    builder.detail("reference", text(element, "UNReferenceNumber"))
    for position in texts(element, *person, "Positions", "Position"):
        builder.detail("titles", position)
    builder.detail("remarks", text(element, "UKStatementofReasons"))
    return finished(builder, uid)
