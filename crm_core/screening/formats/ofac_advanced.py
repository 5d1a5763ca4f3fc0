"""OFAC's advanced XML, ``sdn_advanced.xml``, after the United Nations' sanctions data model.

Parties point at reference values, places, documents and entries of other sections, of which the
last ones stand after the parties: the file is read twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from crm_core.screening.formats.countries import country_code
from crm_core.screening.formats.dates import assembled
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
from crm_core.screening.formats.xml import Element, child, children, elements, local, text

KINDS = {
    "individual": ListedKind.PERSON,
    "entity": ListedKind.ORGANISATION,
    "vessel": ListedKind.VESSEL,
    "aircraft": ListedKind.AIRCRAFT,
}
_SPOKEN = ("First Name", "Nickname", "Middle Name", "Patronymic", "Matronymic", "Maiden Name",
           "Last Name")  # fmt: skip
_REFERENCES = ("AliasType", "NamePartType", "PartyType", "PartySubType", "FeatureType",
               "IDRegDocType", "Country", "AreaCode")  # fmt: skip
_SECTIONS = ("DateOfIssue", "ReferenceValueSets", "Location", "IDRegDocument", "SanctionsEntry",
             "DistinctParty", "ProfileRelationship")  # fmt: skip
_COUNTRY_FEATURES = ("nationality", "citizenship", "location", "flag")


@dataclass(slots=True)
class _References:
    """What parties point at."""

    words: dict[tuple[str, str], str] = field(default_factory=dict)
    types_of_subtypes: dict[str, str] = field(default_factory=dict)
    countries: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[list[str], str]] = field(default_factory=dict)
    documents: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    programs: dict[str, list[str]] = field(default_factory=dict)

    def word(self, kind: str, number: str | None) -> str:
        return self.words.get((kind, number or ""), "")


def read(path: Path) -> Reading:
    """The list; its day is the ``DateOfIssue``."""
    reading = Reading(iter(()))
    reading.entries = _entries(path, reading)
    return reading


def _entries(path: Path, reading: Reading) -> Iterator[Entry]:
    known = _References()
    for element in elements(path, _SECTIONS):
        match local(element):
            case "DateOfIssue":
                day = assembled(text(element, "Year"), text(element, "Month"), text(element, "Day"))
                reading.published_on = date.fromisoformat(day) if len(day) == 10 else None
            case "ReferenceValueSets":
                _learn(known, element)
            case "Location":
                known.places[element.get("ID", "")] = _place(known, element)
            case "IDRegDocument":
                _document(known, element)
            case "SanctionsEntry":
                programs = known.programs.setdefault(element.get("ProfileID", ""), [])
                programs += [
                    comment
                    for measure in children(element, "SanctionsMeasure")
                    if (comment := text(measure, "Comment"))
                ]
    for element in elements(path, _SECTIONS):
        if local(element) == "DistinctParty":
            yield _party(known, element)


def _learn(known: _References, sets: Element) -> None:
    for kind in _REFERENCES:
        for value in children(sets, f"{kind}Values", kind):
            number, words = value.get("ID", ""), clean(value.text)
            known.words[kind, number] = words
            if kind == "Country":
                known.countries[number] = country_code(value.get("ISO2")) or country_code(words)
            elif kind == "AreaCode":
                known.areas[number] = country_code(value.get("Description")) or country_code(words)
            elif kind == "PartySubType":
                known.types_of_subtypes[number] = value.get("PartyTypeID", "")


def _place(known: _References, element: Element) -> tuple[list[str], str]:
    codes = [known.countries.get(each.get("CountryID", ""), "")
             for each in children(element, "LocationCountry")]  # fmt: skip
    codes += [known.areas.get(each.get("AreaCodeID", ""), "")
              for each in children(element, "LocationAreaCode")]  # fmt: skip
    parts = [clean(each.text) for each in children(element, "LocationPart", "LocationPartValue",
                                                   "Value")]  # fmt: skip
    return [code for code in dict.fromkeys(codes) if code], ", ".join(filter(None, parts))


def _document(known: _References, element: Element) -> None:
    kind = known.word("IDRegDocType", element.get("IDRegDocTypeID"))
    country = known.countries.get(element.get("IssuedBy-CountryID", ""), "")
    number = text(element, "IDRegistrationNo")
    known.documents.setdefault(element.get("IdentityID", ""), []).append((kind, number, country))


def _party(known: _References, element: Element) -> Entry:
    profile = child(element, "Profile")
    uid = element.get("FixedRef") or (profile.get("ID") if profile is not None else None)
    if profile is None or not uid:
        return Fault("no_id", "DistinctParty", "")
    builder = Builder(uid, _kind(known, profile.get("PartySubTypeID", "")))
    for identity in children(profile, "Identity"):
        _names(known, builder, identity)
        for kind, number, country in known.documents.get(identity.get("ID", ""), ()):
            builder.number(kind, number, country)
    for feature in children(profile, "Feature"):
        _feature(known, builder, feature)
    for program in known.programs.get(profile.get("ID", ""), ()):
        builder.program(program)
    builder.detail("remarks", text(element, "Comment"))
    return finished(builder, uid)


def _kind(known: _References, subtype: str) -> ListedKind:
    for words in (
        known.word("PartySubType", subtype),
        known.word("PartyType", known.types_of_subtypes.get(subtype)),
    ):
        if words.lower() in KINDS:
            return KINDS[words.lower()]
    return ListedKind.UNKNOWN


def _names(known: _References, builder: Builder, identity: Element) -> None:
    parts = {
        group.get("ID", ""): known.word("NamePartType", group.get("NamePartTypeID"))
        for group in children(identity, "NamePartGroups", "MasterNamePartGroup", "NamePartGroup")
    }
    for alias in children(identity, "Alias"):
        use = _use(known, alias)
        for documented in children(alias, "DocumentedName"):
            said: dict[str, str] = {}
            for value in children(documented, "DocumentedNamePart", "NamePartValue"):
                kind = parts.get(value.get("NamePartGroupID", ""), "")
                said[kind] = joined(said.get(kind), value.text)
            order = [*_SPOKEN, *(kind for kind in said if kind not in _SPOKEN)]
            builder.name(joined(*(said.get(kind) for kind in order)), use)


def _use(known: _References, alias: Element) -> NameUse:
    if alias.get("LowQuality") == "true":
        return NameUse.WEAK
    if alias.get("Primary") == "true":
        return NameUse.PRIMARY
    words = known.word("AliasType", alias.get("AliasTypeID"))
    return NameUse.FORMER if words == "F.K.A." else NameUse.ALIAS


def _feature(known: _References, builder: Builder, feature: Element) -> None:
    label = known.word("FeatureType", feature.get("FeatureTypeID"))
    for version in children(feature, "FeatureVersion"):
        if label.lower().startswith("birthdate"):
            for period in children(version, "DatePeriod"):
                builder.birth(_period(period))
        for at in children(version, "VersionLocation"):
            codes, words = known.places.get(at.get("LocationID", ""), ([], ""))
            if any(each in label.lower() for each in _COUNTRY_FEATURES):
                for code in codes:
                    builder.country(code)
            if label == "Location":
                builder.detail("addresses", words)
        for detail in children(version, "VersionDetail"):
            if any(letter.isdigit() for letter in clean(detail.text)):
                builder.number(label, detail.text)


def _period(period: Element) -> str:
    """The days a date may mean: OFAC writes a year as its first and its last day."""
    first = _day(child(period, "Start", "From"))
    last = _day(child(period, "End", "To")) or _day(child(period, "End", "From")) or first
    if first == last:
        return first
    if first[:4] == last[:4] and first.endswith("-01-01") and last.endswith("-12-31"):
        return first[:4]
    return f"{first}/{last}" if first else last


def _day(element: Element | None) -> str:
    if element is None:
        return ""
    return assembled(text(element, "Year"), text(element, "Month"), text(element, "Day"))
