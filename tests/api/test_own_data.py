"""The page and the API about one's own data: what is kept, the file, asking to be erased."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from crm_core.companies.models import Role
from crm_core.people.models import User
from crm_core.privacy.models import ErasureRequest
from kernel.clock import utc_now
from tests.people import api_client, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
PAGE = "/me/data/"
CONFIRMED = {"email": "ilze@baltic-steel.example", "password": "correct horse"}


@pytest.fixture
def bidder() -> User:
    company = make_company()
    make_actor(Role.OWNER, company)
    user = make_user(full_name="Ilze Kalniņa", email=CONFIRMED["email"])
    make_actor(Role.BIDDER, company, user)
    return user


@pytest.fixture
def browser(bidder: User) -> Client:
    client = Client()
    client.force_login(bidder)
    return client


def test_the_page_tells_what_is_kept_and_what_becomes_of_it(browser: Client) -> None:
    text = browser.get(PAGE).content.decode()

    assert "Companies you act or acted for" in text
    assert "kept without your name" in text
    assert "Sanctions lists you imported" not in text  # there are none
    assert "Ask to be erased" in text


def test_the_file_is_json_that_no_cache_keeps(browser: Client) -> None:
    answer = browser.get("/me/data.json")

    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.content)["kinds"][0]["rows"][0]["full_name"] == "Ilze Kalniņa"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({**CONFIRMED, "password": "guess"}, "The password is wrong."),
        ({**CONFIRMED, "email": "x@company.example"}, "This is not the address of your account."),
        ({"email": "nonsense", "password": ""}, "Enter a valid email address."),
        ({}, "This field is required."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    browser: Client, given: dict[str, str], said: str
) -> None:
    answer = browser.post(PAGE + "erasure/", given)

    assert answer.status_code == 422
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert not ErasureRequest.objects.exists()


def test_asking_and_staying_after_all(browser: Client) -> None:
    asked = browser.post(PAGE + "erasure/", CONFIRMED, follow=True)
    assert "Keep my account" in asked.content.decode()
    assert "Ask to be erased" not in asked.content.decode()

    again = browser.post(PAGE + "erasure/", CONFIRMED)
    assert again.status_code == 409

    stays = browser.post(PAGE + "erasure/withdraw/", follow=True)
    assert "Your account stays." in stays.content.decode()
    assert browser.post(PAGE + "erasure/withdraw/").status_code == 404


def test_passwords_cannot_be_guessed_here_without_end(browser: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "reauthenticate": "3/m/user"}
    wrong = {**CONFIRMED, "password": "guess"}

    answers = [browser.post(PAGE + "erasure/", wrong).status_code for _ in range(4)]

    assert answers == [422, 422, 422, 429]
    assert browser.post(PAGE + "erasure/", CONFIRMED).status_code == 429


def test_who_leaves_colleagues_unmanaged_is_told_where() -> None:
    company = make_company(legal_name="Alone OÜ")
    owner = make_user()
    make_actor(Role.OWNER, company, owner)
    make_actor(Role.BIDDER, company)
    client = Client()
    client.force_login(owner)

    text = client.get(PAGE).content.decode()

    assert "<li>Alone OÜ</li>" in text
    assert "Ask to be erased" not in text


def test_the_same_over_http(bidder: User) -> None:
    client = api_client(make_actor(Role.BIDDER, make_company(), bidder))

    told = client.get("/api/v1/me/data/").json()
    assert told["kinds"][0]["rows"][0]["email"] == bidder.email
    assert client.get("/api/v1/me/erasure/").json()["code"] == "privacy.no_erasure_asked"
    refused = client.post("/api/v1/me/erasure/", {**CONFIRMED, "password": "guess"}, "json")
    assert (refused.status_code, refused.json()["code"]) == (422, "privacy.password_wrong")

    asked = client.post("/api/v1/me/erasure/", CONFIRMED, "json")

    assert asked.status_code == 201
    assert client.get("/api/v1/me/erasure/").json() == asked.json()
    made = ErasureRequest.objects.get()
    assert made.due_at > utc_now() + timedelta(days=6)
    assert client.delete("/api/v1/me/erasure/").status_code == 204
    assert client.get("/api/v1/me/erasure/").status_code == 404


def test_a_name_is_one_line(browser: Client, bidder: User) -> None:
    """It stands in mails to others."""
    given = {"full_name": "Ilze\r\nYour account is locked", "language": "en", "time_zone": "UTC"}
    assert browser.post("/me/", given).status_code == 302
    bidder.refresh_from_db()
    assert bidder.full_name == "Ilze Your account is locked"


def test_who_leaves_a_company_empty_is_told_so() -> None:
    owner = make_user()
    make_actor(Role.OWNER, make_company(legal_name="Empty OÜ"), owner)
    client = Client()
    client.force_login(owner)

    text = client.get(PAGE).content.decode()

    assert "nobody can act for them any more" in text
    assert "Empty OÜ" in text
    assert client.get(PAGE + "erasure/").headers["Location"] == PAGE
