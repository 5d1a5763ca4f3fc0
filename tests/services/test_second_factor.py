"""A second factor where the role asks for one: at pages, the API, sockets and the gate alike."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from auctions.realtime.entry import admit
from auctions.realtime.recheck import unwelcome
from auctions.selectors import load
from config import env
from crm_core.access.actor import Actor, load_actor, load_actors
from crm_core.access.errors import SecondFactorRequired
from crm_core.access.tickets import issue_ticket, redeem_ticket
from crm_core.companies.models import Membership, Role
from crm_core.companies.services import add_member
from crm_core.people.models import User
from tests import second_factors
from tests.people import api_client, make_actor, make_company, make_token
from tests.realtime.test_recheck import guest_of
from tests.rooms import open_room
from tests.tender_house import signed_in

pytestmark = pytest.mark.django_db
DEFAULT = {"officer", "signatory", "verifier", "platform_admin"}
OPEN = ("accounts/", "admin/", "i18n/", "healthz", "readyz", "metrics", "me/second-factor/")


@pytest.fixture(autouse=True)
def _asked(settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset(DEFAULT)


@pytest.fixture
def bare(settings: Settings) -> Actor:
    """An officer who has no second factor yet."""
    settings.SECOND_FACTOR_ROLES = frozenset()
    made = make_actor(Role.OFFICER)
    settings.SECOND_FACTOR_ROLES = frozenset(DEFAULT)
    return made


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user_id)


def test_the_operator_names_the_roles() -> None:
    assert set(env.read({}).second_factor_roles) == DEFAULT
    assert env.read({"SECOND_FACTOR_ROLES": "none"}).second_factor_roles == ()
    named = env.read({"SECOND_FACTOR_ROLES": "owner, finance"}).second_factor_roles
    assert named == ("owner", "finance")
    with pytest.raises(env.EnvError, match="SECOND_FACTOR_ROLES"):
        env.read({"SECOND_FACTOR_ROLES": "owner,boss"})
    assert set(env.ROLES) == set(Role.values)


@pytest.mark.parametrize("role", list(Role))
def test_exactly_the_named_roles_need_one(role: Role) -> None:
    company = make_company(operates=True)
    user = User.objects.create_user("a@b.example", full_name="A")
    add_member(company_id=company.pk, user_id=user.pk, role=role)

    if role in DEFAULT:
        with pytest.raises(SecondFactorRequired):
            load_actor(user.pk, company.pk)
        assert load_actors([(user.pk, company.pk, None)]) == {}
        second_factors.codes_of(user)  # these let one in, and are no factor
        with pytest.raises(SecondFactorRequired):
            load_actor(user.pk, company.pk)
    second_factors.key_of(user)
    with assertNumQueries(1):
        assert load_actor(user.pk, company.pk).role == role
    with assertNumQueries(1):
        assert len(load_actors([(user.pk, company.pk, None)])) == 1


def patterns(found: list[Any], prefix: str = "") -> list[str]:
    """Every address there is, with made-up values."""
    made = []
    for each in found:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            made += patterns(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            made.append(re.sub(r"<(\w+:)?\w+>", lambda m: _value(m[1]), route))
    return made


def _value(kind: str | None) -> str:
    return {"uuid:": str(uuid4()), "int:": "1"}.get(kind or "", "x")


def test_without_it_no_page_and_no_endpoint_tells_more_than_the_way_to_it(bare: Actor) -> None:
    """What any signed-in person may see, whatever their role, is named in ``FOR_EVERYBODY``."""
    browser, api = signed_in(bare), api_client(bare)
    told = set()
    for route in patterns(get_resolver().url_patterns):
        if route.startswith(OPEN) or "?P" in route:
            continue
        path = f"/{route}"
        client = api if route.startswith("api/") else browser
        answer = client.get(path)
        if answer.status_code == 200:
            told.add(path)
        if route.startswith("api/v1/") and answer.status_code == 403:
            assert answer.json()["code"] == "access.second_factor_required", path
    assert told == FOR_EVERYBODY


FOR_EVERYBODY = {
    "/api/docs/", "/api/schema/", "/api/v1/categories/", "/api/v1/currencies/",
    "/api/v1/identifiers/", "/api/v1/me/", "/api/v1/units/", "/auctions/verify/fairfall-verify.pyz",
    "/auctions/verify/platform.pem", "/company/new/", "/identifiers/check/",
    "/identifiers/schemes/", "/me/", "/me/data/", "/me/sessions/",
    "/me/security-log/", "/me/security-log.csv", "/api/v1/me/sessions/",
    "/api/v1/me/security-log/", "/reference/categories/", "/reference/category-choices/",
    "/reference/units/", "/categories/", "/categories/units/", "/categories/mappings/",
    "/ui/search/", "/certificates/check/", "/auctions/check/",
}  # fmt: skip


def test_a_page_leads_to_setting_one_up_and_back(bare: Actor) -> None:
    browser = signed_in(bare)

    for path in ("/tenders/", "/company/", "/screening/"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (
            302, f"/me/second-factor/?next=%2F{path.strip('/')}%2F"
        )  # fmt: skip
    assert browser.get("/").headers["Location"] == "/me/second-factor/"
    posted = browser.post("/me/tokens/", {"name": "ERP"})
    assert posted.headers["Location"] == "/me/second-factor/"
    fragment = browser.get("/tenders/", HTTP_HX_REQUEST="true")
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (403, "/me/second-factor/")

    page = browser.get("/me/second-factor/?next=/tenders/").content.decode()
    assert "Set up a second factor" in page
    assert "Procurement officer" in page or "officer" in page.lower()
    second_factors.app_of(user_of(bare))
    page = browser.get("/me/second-factor/?next=/tenders/").content.decode()
    assert "Your second factor is set up." in page
    assert 'href="/tenders/"' in page
    assert (
        'href="//evil'
        not in browser.get("/me/second-factor/?next=//evil.example/").content.decode()
    )
    assert browser.get("/tenders/").status_code == 200


def test_it_is_set_up_by_hand_and_asked_for_at_the_next_sign_in(bare: Actor) -> None:
    user = user_of(bare)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    browser = Client()
    browser.post("/accounts/login/", {"login": user.email, "password": "correct horse"})
    assert browser.get("/").status_code == 302
    browser.post("/accounts/reauthenticate/", {"password": "correct horse"})
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    assert secret is not None
    done = browser.post(
        "/accounts/2fa/totp/activate/", {"code": second_factors.code_of(secret[1])}, follow=True
    )
    assert "Recovery codes" in done.content.decode()
    assert browser.get("/").status_code == 200

    later = Client()
    asked = later.post("/accounts/login/", {"login": user.email, "password": "correct horse"})
    assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
    assert later.get("/").status_code == 302
    wrong = later.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Confirm that it is you" in wrong.content.decode()
    used = re.findall(r"<li>([a-z0-9]{5}-?[a-z0-9]*)</li>", done.content.decode())
    later.post("/accounts/2fa/authenticate/", {"code": used[0]})
    assert later.get("/").status_code == 200


def test_the_api_refuses_sessions_and_tokens_alike(bare: Actor, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset()
    _, secret = make_token(bare, name="ERP")
    settings.SECOND_FACTOR_ROLES = frozenset(DEFAULT)
    api = api_client(bare)
    token = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")

    for client in (api, token):
        answer = client.get("/api/v1/tenders/")
        assert (answer.status_code, answer.json()["code"]) == (
            403, "access.second_factor_required",
        )  # fmt: skip
    (own,) = api.get("/api/v1/me/").json()["memberships"]
    assert (own["second_factor_missing"], own["capabilities"]) == (True, [])
    second_factors.app_of(user_of(bare))
    assert api.get("/api/v1/tenders/").status_code == 200
    assert token.get("/api/v1/tenders/").status_code == 200
    (own,) = api.get("/api/v1/me/").json()["memberships"]
    assert own["second_factor_missing"] is False
    assert "tender.edit" in own["capabilities"]


def test_no_ticket_lets_in_without_it(bare: Actor) -> None:
    ticket, _ = issue_ticket(actor=bare)

    with pytest.raises(SecondFactorRequired):
        redeem_ticket(ticket)


@pytest.mark.django_db(transaction=True)
def test_a_socket_is_refused_and_an_open_one_ends(settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset()
    room = open_room(1)
    guest = guest_of(room, room.buyer)
    settings.SECOND_FACTOR_ROLES = frozenset(DEFAULT)

    (reason,) = unwelcome([guest], room.id, load(room.id))
    assert reason is not None
    assert reason.code == "access.not_a_member"
    browser = signed_in_session(room.buyer.user)
    scope = {"user": room.buyer.user, "session": browser, "cookies": {}}
    with pytest.raises(SecondFactorRequired):
        async_to_sync(admit)(scope, {}, room.id)
    second_factors.app_of(room.buyer.user)
    assert unwelcome([guest], room.id, load(room.id)) == [None]
    assert async_to_sync(admit)(scope, {}, room.id).place.may


def signed_in_session(user: User) -> Any:
    browser = Client()
    browser.force_login(user)
    return browser.session


def test_a_demonstration_account_needs_none_in_a_demonstration(
    bare: Actor, settings: Settings
) -> None:
    User.objects.filter(pk=bare.user_id).update(is_demo=True)
    with pytest.raises(SecondFactorRequired):
        load_actor(bare.user_id, bare.company_id)

    settings.DEMO = True

    assert load_actor(bare.user_id, bare.company_id).can("tender.edit")
    browser = Client()
    membership = Membership.objects.get(user_id=bare.user_id)
    entered = browser.post(f"/demo/sign-in/{membership.pk}/", follow=True)
    assert entered.status_code == 200
    assert (
        "This account belongs to the demonstration."
        in browser.get("/me/second-factor/").content.decode()
    )


def test_switching_to_a_company_that_asks_for_one_leads_there(settings: Settings) -> None:
    bidder = make_actor(Role.BIDDER)
    other = make_company()
    add_member(company_id=other.pk, user_id=bidder.user_id, role=Role.OFFICER)
    browser = signed_in(bidder)
    assert browser.get("/").status_code == 200

    browser.post("/company/switch/", {"company": str(other.pk)})
    assert browser.get("/").headers["Location"] == "/me/second-factor/"
    browser.post("/company/switch/", {"company": str(bidder.company_id)})
    assert browser.get("/").status_code == 200
