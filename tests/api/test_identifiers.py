"""Numbers of companies over HTTP: while typing, at registration, for programs."""

from __future__ import annotations

import pytest
from django.test import Client

from crm_core.companies.models import Company, Role
from tests.people import api_client, make_actor, make_user

pytestmark = pytest.mark.django_db
VERDICT = "/identifiers/check/"


@pytest.fixture
def newcomer() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def typed(client: Client, value: str, scheme: str = "UA-EDR", country: str = "UA") -> str:
    given = {"country": country, "registry_scheme": scheme, "registry_value": value}
    return client.get(VERDICT, given).content.decode()


def test_while_typing_the_words_speak_of_form_alone(newcomer):
    assert "The form of this ЄДРПОУ is valid: 32855961" in typed(newcomer, "32 855 961")
    assert "check digit does not fit" in typed(newcomer, "32855962")
    assert "does not have the form" in typed(newcomer, "328")
    assert "Companies of this country have no" in typed(newcomer, "32855961", country="EE")
    assert "We do not know" in typed(newcomer, "1", scheme="nonsense")
    for nothing in (typed(newcomer, ""), typed(newcomer, "x", scheme="OTHER")):
        assert "ff-verdict" not in nothing
    assert "exist" not in typed(newcomer, "32855961")


def test_strangers_are_sent_to_sign_in(client):
    assert client.get(VERDICT).status_code == 302
    assert client.get("/identifiers/schemes/").status_code == 302


def test_the_schemes_follow_the_country(newcomer):
    options = newcomer.get("/identifiers/schemes/", {"country": "KZ"}).content.decode()
    assert "KZ-BIN" in options
    assert "EE-RIK" not in options
    assert "OTHER" in newcomer.get("/identifiers/schemes/", {"country": "QA"}).content.decode()


def test_registration_takes_a_number_of_valid_form_only_and_keeps_it_compact(newcomer):
    form = {"legal_name": "Завод", "country": "KZ", "sells": "on", "registry_scheme": "KZ-BIN",
            "registry_value": "180740012341"}  # fmt: skip
    refused = newcomer.post("/company/new/", form)
    assert refused.status_code == 422
    assert "check digit does not fit" in refused.content.decode()
    assert not Company.objects.exists()

    newcomer.post("/company/new/", {**form, "registry_value": "1807 4001 2340"})
    assert Company.objects.get().registry_value == "180740012340"
    again = newcomer.post("/company/new/", {**form, "registry_value": "180740012340"})
    assert again.status_code == 409


def test_a_register_without_a_rule_of_ours_is_taken_as_it_is(newcomer):
    form = {"legal_name": "Doha Steel", "country": "QA", "sells": "on", "registry_scheme": "OTHER",
            "registry_value": "CR 12/3"}  # fmt: skip
    assert newcomer.post("/company/new/", form).status_code == 302
    company = Company.objects.get()
    assert (company.registry_scheme, company.registry_value) == ("QA-OTHER", "CR 12/3")


def test_programs_ask_the_same():
    client = api_client(make_actor(Role.OWNER))

    found = client.get("/api/v1/identifiers/", {"country": "PL"}).json()
    assert [each["code"] for each in found][:3] == ["PL-KRS", "PL-NIP", "PL-REGON"]
    assert len(client.get("/api/v1/identifiers/").json()) > 70
    valid = client.get(
        "/api/v1/identifiers/check/", {"scheme": "LEI", "value": "213800kud8lajwsq9d15"}
    )
    assert valid.json() == {"scheme": "LEI", "value": "213800KUD8LAJWSQ9D15", "form_valid": True}
    for given, code in [
        ({"scheme": "LEI", "value": "213800KUD8LAJWSQ9D16"}, "identifiers.digits_wrong"),
        ({"scheme": "LEI", "value": "x"}, "identifiers.form_invalid"),
        ({"scheme": "LEI"}, "identifiers.form_invalid"),
        ({}, "identifiers.scheme_unknown"),
        ({"scheme": "PL-NIP", "value": "8567346215", "country": "EE"}, "identifiers.foreign"),
    ]:
        answer = client.get("/api/v1/identifiers/check/", given)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
