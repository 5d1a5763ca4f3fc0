"""OFAC's classic XML, ``sdn.xml``: one ``sdnEntry`` an entity."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crm_core.screening.formats.countries import country_code
from crm_core.screening.formats.dates import month_first, partial
from crm_core.screening.formats.listed import (
    Builder,
    Entry,
    Fault,
    ListedKind,
    NameUse,
    Reading,
    finished,
    joined,
)
from crm_core.screening.formats.xml import Element, children, elements, local, text, texts

KINDS = {
    "individual": ListedKind.PERSON,
    "entity": ListedKind.ORGANISATION,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.AIRCRAFT,
}


def read(path: Path) -> Reading:
    """The list; its day is the ``Publish_Date``."""
    reading = Reading(iter(()))
    reading.entries = _entries(path, reading)
    return reading


def _entries(path: Path, reading: Reading) -> Iterator[Entry]:
    for element in elements(path, ("publshInformation", "sdnEntry")):
        if local(element) == "sdnEntry":
            yield _entry(element)
        else:
            reading.published_on = month_first(text(element, "Publish_Date"))


def _entry(element: Element) -> Entry:
    uid = text(element, "uid")
    if not uid:
        return Fault("no_id", "sdnEntry", text(element, "lastName")[:80])
    builder = Builder(uid, KINDS.get(text(element, "sdnType").lower(), ListedKind.UNKNOWN))
    builder.name(joined(text(element, "firstName"), text(element, "lastName")), NameUse.PRIMARY)
    for alias in children(element, "akaList", "aka"):
        name = joined(text(alias, "firstName"), text(alias, "lastName"))
        builder.name(name, _use(alias))
    for program in texts(element, "programList", "program"):
        builder.program(program)
    for path in (("nationalityList", "nationality"), ("citizenshipList", "citizenship")):
        for each in children(element, *path):
            builder.country(country_code(text(each, "country")))
    for born in texts(element, "dateOfBirthList", "dateOfBirthItem", "dateOfBirth"):
        builder.birth(partial(born))
    for each in children(element, "idList", "id"):
        country = country_code(text(each, "idCountry"))
        builder.number(text(each, "idType"), text(each, "idNumber"), country)
    for address in children(element, "addressList", "address"):
        builder.country(country_code(text(address, "country")))
        parts = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode",
                 "country")  # fmt: skip
        builder.detail("addresses", ", ".join(filter(None, (text(address, p) for p in parts))))
    builder.country(country_code(text(element, "vesselInfo", "vesselFlag")))
    builder.detail("titles", text(element, "title"))
    builder.detail("remarks", text(element, "remarks"))
    return finished(builder, uid)


def _use(alias: Element) -> NameUse:
    if text(alias, "category").lower() == "weak":
        return NameUse.WEAK
    return NameUse.FORMER if text(alias, "type").lower() == "f.k.a." else NameUse.ALIAS
