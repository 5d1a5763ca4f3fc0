"""Identifiers: examples are of their scheme, and a slip of the finger is found where promised."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.companies.identifiers import (
    SCHEMES,
    IdentifierFormInvalid,
    IdentifierKind,
    IdentifierSchemeUnknown,
    Scheme,
    check,
    kazakhstan,
    schemes_for,
)
from crm_core.companies.identifiers.errors import IdentifierDigitsWrong, IdentifierForeign

ALL = sorted(SCHEMES)
PROMISING = sorted(code for code, scheme in SCHEMES.items() if scheme.finds_slips)


def valid(scheme: Scheme, value: str) -> bool:
    try:
        scheme.checker(value)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("code", ALL)
def test_the_example_of_a_scheme_is_one(code: str) -> None:
    scheme = SCHEMES[code]
    checked = check(code, scheme.example, country=scheme.country)

    assert checked.value == scheme.example
    assert check(code, f" {checked.value.lower()} ").value == checked.value


def another(scheme: Scheme, seed: int) -> str:
    """Another number of the scheme: digits of the example changed until it is valid again."""
    chance = random.Random(seed)
    places = [at for at, sign in enumerate(scheme.example) if sign in "0123456789"]
    for _ in range(20_000):
        made = list(scheme.example)
        for at in places:
            made[at] = chance.choice("0123456789")
        if valid(scheme, "".join(made)):
            return "".join(made)
    return scheme.example


@given(st.sampled_from(PROMISING), st.integers(0, 10_000), st.data())
def test_a_changed_digit_is_found_where_the_scheme_promises_it(
    code: str, seed: int, data: st.DataObject
) -> None:
    scheme = SCHEMES[code]
    number = another(scheme, seed)
    at = data.draw(st.sampled_from([m.start() for m in re.finditer(r"[0-9]", number)]))
    digit = data.draw(st.sampled_from([each for each in "0123456789" if each != number[at]]))

    with pytest.raises(IdentifierFormInvalid):
        check(code, number[:at] + digit + number[at + 1 :])


@given(st.sampled_from(ALL), st.text(max_size=80))
def test_nothing_typed_leads_to_anything_but_an_answer(code: str, typed: str) -> None:
    try:
        checked = check(code, typed)
    except IdentifierFormInvalid:
        return
    assert checked.value
    assert check(code, checked.value).value == checked.value


def test_the_words_never_say_that_a_number_exists() -> None:
    with pytest.raises(IdentifierFormInvalid) as refused:
        check("PL-NIP", "1")
    assert refused.value.data["example"] in refused.value.message
    assert "form" in refused.value.message
    assert "exist" not in refused.value.message


@given(st.text("0123456789", min_size=11, max_size=11))
def test_kazakhstans_check_digit(eleven: str) -> None:
    """Against the rule written down a second time, as the decree words it."""
    total = sum(int(digit) * (at + 1) for at, digit in enumerate(eleven)) % 11
    if total == 10:
        total = sum(int(digit) * ((at + 2) % 11 + 1) for at, digit in enumerate(eleven)) % 11
    expected = None if total == 10 else str(total)

    assert kazakhstan.check_digit(eleven) == expected


@pytest.mark.parametrize(
    ("scheme", "value"),
    [
        ("KZ-BIN", "180740012341"),  # the check digit
        ("KZ-BIN", "181340012340"),  # month 13
        ("KZ-BIN", "180710012340"),  # no kind of company
        ("KZ-BIN", "18074001234"),
        ("KZ-IIN", "063211600012"),  # no such day
        ("KZ-IIN", "061211700012"),  # no such century
        ("EORI", "US123456789"),
        ("EORI", "PL"),
        ("EORI", "PL1234567890123456"),
        ("EORI", "GB12345678901"),
        ("EORI", "GB12345678901A"),
        ("LEI", "213800KUD8LAJWSQ9D16"),
        ("UA-EDR", "12345678901"),
        ("EE-RIK", ""),
        ("EE-RIK", "1" * 100),
    ],
)
def test_what_is_no_number_of_its_scheme(scheme: str, value: str) -> None:
    with pytest.raises(IdentifierFormInvalid) as refused:
        check(scheme, value)
    assert refused.value.field == "value"


def test_a_wrong_digit_is_told_from_a_wrong_form() -> None:
    with pytest.raises(IdentifierDigitsWrong):
        check("PL-NIP", "8567346214")
    with pytest.raises(IdentifierFormInvalid) as refused:
        check("PL-NIP", "85673462")
    assert type(refused.value) is IdentifierFormInvalid


def test_a_scheme_of_another_country_and_one_nobody_knows() -> None:
    with pytest.raises(IdentifierForeign):
        check("PL-NIP", "8567346215", country="EE")
    with pytest.raises(IdentifierSchemeUnknown):
        check("XX-NO", "1")


def test_the_countrys_own_come_first() -> None:
    found = [each.code for each in schemes_for("UA")]
    assert found[:3] == ["UA-EDR", "UA-RNTRC", "UA-IPN"]
    assert {"LEI", "GLN", "IBAN", "BIC", "EORI"} <= set(found)
    assert [each.code for each in schemes_for("UA", IdentifierKind.REGISTER)] == ["UA-EDR"]
