"""Every publisher's layout is read into the same entities; what is not readable is told by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from crm_core.screening.formats.countries import country_code, country_codes
from crm_core.screening.formats.dates import partial
from crm_core.screening.formats.listed import (
    Fault,
    FileRefused,
    Listed,
    ListedKind,
    NameUse,
    Reading,
)
from crm_core.screening.formats.recognising import Format, recognise

DATA = Path(__file__).parent.parent / "data" / "screening"
COMPANY = "VOSTOK TESTING TRADING COMPANY LIMITED"
OFAC_SET = ("sdn.csv", "alt.csv", "add.csv")


def read(*names: str) -> tuple[Reading, dict[str, Listed], list[Fault]]:
    reading = recognise([DATA / name for name in names]).read()
    entries = list(reading.entries)
    listed = {each.uid: each for each in entries if isinstance(each, Listed)}
    return reading, listed, [each for each in entries if isinstance(each, Fault)]


def uses(listed: Listed) -> dict[str, NameUse]:
    return {name.text: name.use for name in listed.names}


@pytest.mark.parametrize(
    ("names", "expected", "day"),
    [
        (OFAC_SET, Format.OFAC_CSV, None),
        (("sdn.csv",), Format.OFAC_CSV, None),
        (("sdn.xml",), Format.OFAC_XML, date(2026, 11, 20)),
        (("sdn_advanced.xml",), Format.OFAC_ADVANCED, date(2026, 11, 20)),
        (("ConList.csv",), Format.UK_OFSI_CSV, date(2026, 11, 20)),
        (("UK-Sanctions-List.csv",), Format.UK_CSV, date(2026, 11, 20)),
        (("UK-Sanctions-List.xml",), Format.UK_XML, date(2026, 11, 20)),
        (("eu.xml",), Format.EU_XML, date(2026, 11, 20)),
        (("eu.csv",), Format.EU_CSV, date(2026, 11, 20)),
        (("un.xml",), Format.UN_XML, date(2026, 11, 20)),
        (("entities.ftm.json",), Format.FTM, date(2026, 11, 20)),
    ],
)
def test_each_format_is_told_by_its_content_and_gives_company_and_person(
    names: Sequence[str], expected: Format, day: date | None
) -> None:
    assert recognise([DATA / name for name in names]).format is expected

    reading, listed, _ = read(*names)

    assert reading.published_on == day
    company = next(each for each in listed.values() if each.uid.endswith("9001"))
    assert company.kind is ListedKind.ORGANISATION
    assert company.names[0].text.upper() == COMPANY
    assert company.names[0].use is NameUse.PRIMARY
    assert "RU" in company.countries or names == ("sdn.csv",)
    person = next(each for each in listed.values() if each.uid.endswith("9002"))
    assert person.kind is ListedKind.PERSON
    assert person.names[0].text.upper() == "IVAN SERGEYEVICH PROBOV"
    assert any("1968" in born or "1967" in born for born in person.births)
    assert "RU" in person.countries


@pytest.mark.parametrize(
    "names", [OFAC_SET, ("sdn.xml",), ("sdn_advanced.xml",), ("ConList.csv",),
              ("UK-Sanctions-List.csv",), ("UK-Sanctions-List.xml",), ("eu.xml",),
              ("entities.ftm.json",)],
)  # fmt: skip
def test_weak_aliases_are_told_from_good_ones(names: Sequence[str]) -> None:
    company = next(each for each in read(*names)[1].values() if each.uid.endswith("9001"))

    assert uses(company)["VTT"] is NameUse.WEAK


def test_ofac_s_remarks_are_taken_apart() -> None:
    _, listed, faults = read(*OFAC_SET)

    company, person = listed["9001"], listed["9002"]
    assert uses(company)["OOO VOSTOK TESTING"] is NameUse.ALIAS
    assert uses(company)["VOSTOK SAMPLE LLC"] is NameUse.FORMER
    numbers = {number.value: (number.kind, number.country) for number in company.numbers}
    assert numbers["7799000111"] == ("Tax ID No.", "RU")
    assert numbers["1027799000111"] == ("Registration Number", "RU")
    assert person.births == ("1968-12-10", "1969")
    assert person.programs == ("CYBER2", "RUSSIA-EO14024")
    assert uses(person)["Iwan PROBOFF"] is NameUse.ALIAS
    assert {number.value for number in person.numbers} == {"64 7788990"}
    assert listed["9003"].kind is ListedKind.VESSEL
    assert [(fault.code, fault.place) for fault in faults] == [("row_length", "4"), ("no_id", "5")]


def test_the_advanced_xml_follows_its_references() -> None:
    _, listed, _ = read("sdn_advanced.xml")

    company, person = listed["9001"], listed["9002"]
    assert uses(company)["ООО ВОСТОК ТЕСТИНГ"] is NameUse.PRIMARY
    assert uses(company)["VOSTOK SAMPLE LLC"] is NameUse.FORMER
    assert [(n.kind, n.value, n.country) for n in company.numbers] == [
        ("Tax ID No.", "7799000111", "RU")
    ]
    assert company.programs == ("RUSSIA-EO14024",)
    assert person.births == ("1968",)


def test_rows_of_one_entity_are_put_together() -> None:
    _, listed, faults = read("ConList.csv")

    person = listed["19002"]
    assert person.countries == ("BY", "RU")
    assert person.births == ("1968",)
    assert {number.value for number in person.numbers} == {"647788990", "647788991"}
    assert uses(person)["Iwan PROBOFF"] is NameUse.FORMER
    assert [fault.code for fault in faults] == ["no_id"]
    company = read("eu.csv")[1]["9001"]
    assert set(uses(company)) == {COMPANY, "ООО ВОСТОК ТЕСТИНГ"}
    assert company.numbers[0].value == "7799000111"


def test_the_un_s_years_of_birth_are_a_range() -> None:
    _, listed, faults = read("un.xml")

    assert listed["9002"].births == ("1967/1969",)
    assert uses(listed["9002"])["Vanya"] is NameUse.WEAK
    assert uses(listed["9001"])["Vostok Sample"] is NameUse.FORMER
    assert [(fault.code, fault.detail) for fault in faults] == [("no_name", "9005")]


def test_links_between_entities_are_no_entities() -> None:
    _, listed, faults = read("entities.ftm.json")

    assert set(listed) == {"made-9001", "made-9002"}
    assert [(fault.code, fault.place) for fault in faults] == [("row_malformed", "4"),
                                                               ("no_name", "5")]  # fmt: skip


BOMB = """<?xml version="1.0"?><!DOCTYPE export [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<export generationDate="2026-11-20"><sanctionEntity logicalId="1"><subjectType code="person"/>
<nameAlias wholeName="&b;"/></sanctionEntity></export>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE export [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<export generationDate="2026-11-20"><sanctionEntity logicalId="1"><remark>&x;</remark>
</sanctionEntity></export>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "document_type"),
        (OUTSIDE, "document_type"),
        ("<export><sanctionEntity logicalId='1'>", "xml_malformed"),
        ("<html><body>Service unavailable</body></html>", "format_unknown"),
        ('{"hello": "world"}\n', "format_unknown"),
        ('{"hello"', "format_unknown"),
        ("a,b,c\n1,2,3\n", "format_unknown"),
        ("1,2,aka,NAME,-0-\n", "main_file_missing"),
        ("   \n ", "empty"),
        ("", "empty"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(
    tmp_path: Path, content: str, code: str
) -> None:
    file = tmp_path / "list"
    file.write_text(content)

    with pytest.raises(FileRefused) as refused:
        list(recognise([file]).read().entries)

    assert refused.value.code == code


def test_several_files_are_ofac_s_set_or_nothing() -> None:
    with pytest.raises(FileRefused) as refused:
        recognise([DATA / "sdn.csv", DATA / "eu.xml"])

    assert refused.value.code == "no_set"


def test_bytes_that_are_no_utf_8_are_read_as_western(tmp_path: Path) -> None:
    file = tmp_path / "sdn.csv"
    row = '7,"PRUEBA ESPA\xd1OLA, S.A.",-0- ,"CUBA"' + ",-0- " * 8 + "\r\n"
    file.write_bytes(row.encode("latin-1"))

    (listed,) = recognise([file]).read().entries

    assert isinstance(listed, Listed)
    assert listed.names[0].text == "PRUEBA ESPAÑOLA, S.A."


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("10 Dec 1948", "1948-12-10"), ("Dec 1948", "1948-12"), ("1948", "1948"),
        ("circa 1960", "1960"), ("1950 to 1955", "1950/1955"), ("19/06/1951", "1951-06-19"),
        ("00/00/1975", "1975"), ("dd/mm/1945", "1945"), ("08-Oct-2026", "2026-10-08"),
        ("2026-11-20T23:00:03.428Z", "2026-11-20"), ("31/02/1970", "1970-02"), ("unknown", ""),
        ("", ""), ("12.5.2001", "2001-05-12"), ("10 Xyz 1948", ""),
    ],
)  # fmt: skip
def test_dates_are_kept_as_exact_as_they_are(written: str, read_as: str) -> None:
    assert partial(written) == read_as


def test_countries_are_known_by_many_names() -> None:
    assert (
        country_code("Russian Federation") == country_code("Россия") == country_code("rus") == "RU"
    )
    assert country_code("Narnia") == ""
    assert country_codes("(1) Russia (2) Belarus") == ["RU", "BY"]
