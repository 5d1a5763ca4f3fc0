"""Pages of API tokens: one's own and those of the company."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from crm_core.access import keys
from crm_core.access.actor import Actor
from crm_core.access.models import ApiToken
from crm_core.companies.models import Company, Role
from crm_core.people.models import User
from kernel.clock import utc_now
from tests.people import expire, make_actor, make_token, program

pytestmark = pytest.mark.django_db


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(
        User.objects.get(pk=actor.user_id), "django.contrib.auth.backends.ModelBackend"
    )
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_form_offers_what_the_role_can_use_each_with_what_it_means() -> None:
    shown = text(browser(make_actor(Role.BIDDER)).get(reverse("tokens")))

    offered = re.findall(r'name="scopes" value="(\w+)"', shown)
    assert offered == ["read", "bid", "orders", "profile"]
    assert "Answer tenders, accept their terms" in shown
    assert "until I revoke it" not in shown


def test_a_token_is_made_as_asked_and_its_secret_shown_once() -> None:
    actor = make_actor(Role.BIDDER)
    client = browser(actor)
    answer = client.post(
        reverse("tokens"), {"name": "robot", "scopes": ["read", "bid"], "days": "30"}
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("tokens"))
    kept = str(dict(client.session))
    shown = client.get(answer["Location"])

    secret = re.search(r"ff_[\w-]{43}", text(shown))
    assert secret is not None
    assert secret[0] not in kept
    assert (answer["Cache-Control"], shown["Cache-Control"]) == ("no-store", "no-store")
    assert f'data-copy="{secret[0]}" hidden' in text(shown)
    assert program(secret[0]).get("/api/v1/auctions/").status_code == 200
    made = keys.tokens(actor).get()
    assert made.scopes == ["read", "bid"]
    assert made.expires_at is not None
    assert abs(made.expires_at - utc_now() - timedelta(days=30)) < timedelta(minutes=1)
    assert secret[0] not in text(client.get(reverse("tokens")))


def test_what_is_wrong_is_said_at_its_field_and_the_ticks_stay() -> None:
    client = browser(make_actor(Role.BIDDER))
    for given, sentence in (
        ({"name": "robot", "days": "30"}, "Choose what the token may do."),
        ({"name": "robot", "scopes": ["tenders"], "days": "30"}, "Select a valid choice"),
        ({"name": "robot", "scopes": ["bid"], "days": "never"}, "Select a valid choice"),
        ({"name": "", "scopes": ["bid"], "days": "30"}, "This field is required."),
    ):
        answer = client.post(reverse("tokens"), given)
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert not ApiToken.objects.exists()
    assert re.search(r'value="bid"[^>]* checked', text(answer))


def test_the_operators_setting_bounds_the_choices(settings: Settings) -> None:
    client = browser(make_actor(Role.BIDDER))
    for days, offered in ((365, ["30", "90", "365"]), (60, ["30", "60"]), (7, ["7"]),
                          (0, ["30", "90", "365", "never"])):  # fmt: skip
        settings.API_TOKEN_LONGEST_DAYS = days
        shown = text(client.get(reverse("tokens")))
        assert (
            re.findall(r'<option value="(\w+)"', shown.split('name="days"')[1])[: len(offered)]
            == offered
        )
    client.post(reverse("tokens"), {"name": "robot", "scopes": ["bid"], "days": "never"})
    assert ApiToken.objects.get().expires_at is None


def test_the_twenty_first_is_refused_on_the_page() -> None:
    actor = make_actor(Role.BIDDER)
    for _ in range(keys.MOST_WORKING):
        make_token(actor)
    answer = browser(actor).post(
        reverse("tokens"), {"name": "robot", "scopes": ["bid"], "days": "30"}
    )
    assert answer.status_code == 409
    assert "You have 20 working tokens" in text(answer)


def test_one_token_is_shown_renamed_and_revoked() -> None:
    actor = make_actor(Role.BIDDER)
    client = browser(actor)
    token, secret = make_token(actor, "bid", name="robot")
    program(secret).get("/api/v1/me/", headers={"User-Agent": "robot/1.0"}, REMOTE_ADDR="192.0.2.7")
    page = reverse("token", args=[token.pk])

    shown = text(client.get(page))
    assert f'data-dialog="confirm-{token.pk}"' in shown
    assert f'<dialog class="ff-dialog" id="confirm-{token.pk}"' in shown
    assert "192.0.2.7" in shown
    assert "robot/1.0" in shown
    assert "Answer tenders, accept their terms" in shown
    assert client.post(page, {"name": ""}).status_code == 422
    assert "Stock" in text(client.post(page, {"name": "Stock"}, follow=True))
    client.post(reverse("token-revoke", args=[token.pk]))
    ended = text(client.get(page))
    assert "revoked" in ended
    assert reverse("token-revoke", args=[token.pk]) not in ended
    assert client.post(page, {"name": "Again"}).status_code == 404
    strangers = browser(make_actor(Role.BIDDER))
    assert strangers.get(page).status_code == 404
    assert strangers.post(page, {"name": "Mine"}).status_code == 404


def test_ended_tokens_stay_on_the_page_in_pages(django_assert_max_num_queries: Any) -> None:
    actor = make_actor(Role.BIDDER)
    client = browser(actor)
    for number in range(30):
        token, _ = make_token(actor, name=f"old {number}")
        expire(token)
    ApiToken.objects.create(
        user_id=actor.user_id, company_id=actor.company_id, name="of old", prefix="ff_old",
        secret_hash="-",
    )  # fmt: skip

    with django_assert_max_num_queries(13):
        first = text(client.get(reverse("tokens")))
    assert first.count("expired") == 25
    assert text(client.get(reverse("tokens"), {"ended": 2})).count("expired") == 5
    assert "Everything the person may do" in first


def test_an_owner_sees_and_stops_the_programs_of_the_company(
    django_assert_max_num_queries: Any,
) -> None:
    owner = make_actor(Role.OWNER)
    company = Company.objects.get(pk=owner.company_id)
    bidder = make_actor(Role.BIDDER, company)
    token, secret = make_token(bidder, name="robot")
    client = browser(owner)
    assert reverse("company-tokens") in text(client.get(reverse("company")))

    shown = text(client.get(reverse("company-tokens")))
    assert "robot" in shown
    assert str(User.objects.get(pk=bidder.user_id).email) in shown
    csv = text(client.get(reverse("company-tokens-csv")))
    assert "robot" in csv
    assert client.get(reverse("company-tokens-xlsx")).content[:2] == b"PK"
    for _ in range(2):
        with django_assert_max_num_queries(10):
            client.get(reverse("company-tokens"))
        for _ in range(5):
            make_token(make_actor(Role.BIDDER, company))

    revoke = reverse("company-token-revoke", args=[token.pk])
    assert browser(bidder).post(revoke).status_code == 403
    assert browser(bidder).get(reverse("company-tokens")).status_code == 403
    assert browser(make_actor(Role.OWNER)).post(revoke).status_code == 404
    assert "was revoked" in text(client.post(revoke, follow=True))
    assert program(secret).get("/api/v1/me/").status_code == 401
    assert "API token revoked" in text(client.get(reverse("people-log")))
