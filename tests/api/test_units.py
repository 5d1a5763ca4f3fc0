"""Units of measure: conversion by program and on the page."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from crm_core.companies.models import Role
from reference import selectors
from reference.loading import load_all
from reference.models import Unit
from tests.people import api_client, make_actor, make_user

pytestmark = pytest.mark.django_db
CONVERT = "/api/v1/units/convert/"


@pytest.fixture(autouse=True)
def _lists() -> None:
    load_all()


@pytest.mark.parametrize(
    ("amount", "source", "target", "found"),
    [
        ("2.5", "TNE", "KGM", "2500"),
        ("1", "LBR", "GRM", "453.59237"),
        ("1", "SMI", "KMT", "1.609344"),
        ("100", "CEL", "FAH", "212"),
        ("-40", "FAH", "CEL", "-40"),
        ("0", "KEL", "CEL", "-273.15"),
        ("1", "GLL", "LTR", "3.785411784"),
        ("1", "BLL", "GLL", "42"),
        ("1", "KWH", "3B", "3.6"),
        ("1", "E11", "MWH", "1.163"),
        ("1", "HJ", "WTT", "735.49875"),
        ("1", "ATM", "BAR", "1.01325"),
        ("36", "KMH", "MTS", "10"),
        ("1", "DZN", "H87", "12"),
        ("1", "E34", "4L", "1000"),
        ("1", "MQH", "L2", "50/3"),
        ("1", "NMI", "MTR", "1852"),
        ("5", "P1", "NX", "50"),
    ],
)
def test_known_conversions(amount, source, target, found):
    assert selectors.convert(Fraction(amount), source, target) == Fraction(found)


def test_a_program_converts_and_is_told_whether_the_result_is_all_of_it():
    client = api_client(make_actor(Role.BIDDER))
    answer = client.get(CONVERT, {"amount": "2,5", "source": "TNE", "target": "KGM"})
    assert answer.json() == {
        "amount": "2.5", "source": "TNE", "target": "KGM",
        "result": "2500", "exact": True, "fraction": "2500",
    }  # fmt: skip
    answer = client.get(CONVERT, {"amount": "1", "source": "MQH", "target": "L2"}).json()
    assert (answer["result"], answer["exact"]) == ("16.6666666666667", False)
    assert answer["fraction"] == "50/3"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"amount": "1", "source": "TNE", "target": "MTR"}, "reference.units_unlike"),
        ({"amount": "1", "source": "TNE", "target": "???"}, "reference.unit_unknown"),
        ({"amount": "1", "source": "???", "target": "???"}, "reference.unit_unknown"),
        ({"amount": "1", "source": "BX", "target": "KGM"}, "reference.unit_not_convertible"),
        ({"amount": "1e9", "source": "TNE", "target": "KGM"}, "reference.number_malformed"),
    ],
)
def test_what_does_not_convert_is_refused_with_the_reason(asked, code):
    answer = api_client(make_actor(Role.BIDDER)).get(CONVERT, asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_units_like_another_are_those_it_converts_into(django_assert_num_queries):
    client = api_client(make_actor(Role.BIDDER))
    found = client.get("/api/v1/units/", {"like": "KEL"}).json()["results"]
    assert {each["code"] for each in found} == {"KEL", "CEL", "FAH", "A48"}
    assert client.get("/api/v1/units/", {"like": "BX"}).json()["results"] == []
    with django_assert_num_queries(1):
        selectors.scales(["KGM", "TNE"])
    with django_assert_num_queries(1):
        selectors.units_by_kind()


def test_the_page_converts_and_says_why_not():
    user = make_user()
    client = Client()
    client.force_login(user)
    page = client.get(reverse("units"), {"kind": "mass"})
    assert page.status_code == 200
    assert "kilogram" in page.content.decode()

    page = client.get(reverse("units"), {"amount": "2", "source": "DZN", "target": "PR"})
    assert "= 12" in page.content.decode().replace("\u00a0", " ")
    page = client.get(reverse("units"), {"amount": "2", "source": "DZN", "target": "KGM"})
    assert page.status_code == 422
    assert "measure different quantities" in page.content.decode()
    page = client.get(reverse("units"), {"amount": "1e99", "source": "DZN", "target": "PR"})
    assert page.status_code == 422


def test_a_unit_with_a_kind_and_no_factor_cannot_be_kept():
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk="KGM").update(factor="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk="KGM").update(kind="")
