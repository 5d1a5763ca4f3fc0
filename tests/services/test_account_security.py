"""Open sessions, the security log, and limits of attempts: seen and ended by their person alone."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from crm_core.access.keys import revoke_token
from crm_core.access.members import change_member, remove_member
from crm_core.companies.models import Membership, Role
from crm_core.companies.services import add_member
from crm_core.people import open_sessions, security
from crm_core.people.models import OpenSession, SecurityEvent, User
from crm_core.people.origin import device
from crm_core.people.sessions import group_of, session_hash
from infra import relay
from tests import second_factors
from tests.people import api_client, make_actor, make_token, make_user

pytestmark = pytest.mark.django_db
Kind = SecurityEvent.Kind
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def user() -> User:
    made = make_user()
    EmailAddress.objects.create(user=made, email=made.email, verified=True, primary=True)
    return made


def entered(user: User, *, agent: str = FIREFOX, ip: str = "192.0.2.7") -> Client:
    """A browser in which the person has signed in by password, and looked at a page."""
    browser = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=ip)
    given = {"login": user.email, "password": "correct horse"}
    assert browser.post("/accounts/login/", given).status_code == 302
    assert browser.get("/me/").status_code == 200
    return browser


def inside(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


def kinds(user: User) -> list[str]:
    return list(security.events(user.pk).values_list("kind", flat=True))


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_devices_are_told_by_their_own_words() -> None:
    assert device(FIREFOX) == "Firefox, Linux"
    assert device(PHONE) == "Safari, iPhone"
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141 Safari/537.36 Edg/141"
    assert device(edge) == "Edge, Windows"
    assert device("") == ""


def test_each_session_says_where_it_was_opened_and_when_it_was_used(user: User) -> None:
    browser = entered(user)
    entered(user, agent=PHONE, ip="198.51.100.9")

    page = text(browser.get("/me/sessions/"))

    assert 'Firefox, Linux</strong> <span class="ff-chip ff-chip--ok">this session' in page
    assert "Safari, iPhone" in page
    assert "192.0.2.7" in page
    assert "198.51.100.9" in page
    assert open_sessions.own(user.pk).count() == 2
    assert page.count(">End<") == 1


def test_behind_a_proxy_the_address_is_the_one_the_proxy_saw(
    user: User, settings: Settings
) -> None:
    given = {"login": user.email, "password": "correct horse"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    browser = Client(HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.5", REMOTE_ADDR="10.0.0.1")
    browser.post("/accounts/login/", given)

    assert OpenSession.objects.get().ip == "203.0.113.5"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    other = Client(HTTP_X_FORWARDED_FOR="6.6.6.6", REMOTE_ADDR="10.0.0.1")
    other.post("/accounts/login/", given)
    assert set(OpenSession.objects.values_list("ip", flat=True)) == {"203.0.113.5", "10.0.0.1"}


def test_the_use_is_noted_once_a_minute(user: User) -> None:
    browser = entered(user)
    before = OpenSession.objects.get().last_seen_at

    for _ in range(3):
        browser.get("/me/")

    assert OpenSession.objects.get().last_seen_at == before


@pytest.mark.django_db(transaction=True)
async def test_ending_one_ends_its_open_sockets(user: User) -> None:
    there = await sync_to_async(entered)(user, agent=PHONE)
    key = await sync_to_async(lambda: there.session.session_key)()
    target = await OpenSession.objects.aget(session_key=key)
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(user.pk), channel)

    await sync_to_async(open_sessions.end)(user_id=user.pk, session_id=target.pk)

    told = await layer.receive(channel)
    assert (told["type"], told["session"]) == ("session.ended", session_hash(key))
    await layer.group_discard(group_of(user.pk), channel)


def test_ending_one_signs_it_out_at_once(user: User) -> None:
    here, there = entered(user), entered(user, agent=PHONE)
    key = there.session.session_key
    target = OpenSession.objects.get(session_key=key)

    page = text(here.post(f"/me/sessions/{target.pk}/end/", follow=True))

    assert "The session has ended." in page
    assert inside(here)
    assert not inside(there)
    assert here.post(f"/me/sessions/{target.pk}/end/").status_code == 404
    assert kinds(user)[0] == Kind.SESSION_ENDED
    assert not OpenSession.objects.filter(session_key=key).exists()


def test_ending_all_others_leaves_this_one(user: User) -> None:
    here, first, second = entered(user), entered(user), entered(user)

    page = text(here.post("/me/sessions/end-others/", follow=True))

    assert "2 sessions have ended." in page
    assert [inside(each) for each in (here, first, second)] == [True, False, False]


def test_nobody_ends_or_sees_another_s(user: User) -> None:
    entered(user)
    target = OpenSession.objects.get()
    stranger = Client()
    stranger.force_login(make_user())

    assert stranger.post(f"/me/sessions/{target.pk}/end/").status_code == 404
    assert "192.0.2.7" not in text(stranger.get("/me/security-log/"))
    api = api_client(make_actor())
    assert api.delete(f"/api/v1/me/sessions/{target.pk}/").status_code == 404
    assert OpenSession.objects.filter(pk=target.pk).exists()
    assert Client().get("/me/sessions/").status_code == 302


def test_the_same_over_the_api_by_session_alone() -> None:
    actor = make_actor()
    _, secret = make_token(actor, "read", name="ERP")
    other = Client()
    other.force_login(User.objects.get(pk=actor.user_id))
    other.get("/me/")
    api = api_client(actor)
    api.get("/api/v1/me/")

    found = api.get("/api/v1/me/sessions/").json()
    assert sorted(each["current"] for each in found["results"]) == [False, True]
    assert api.delete("/api/v1/me/sessions/others/").json() == {"ended": 1}
    assert not inside(other)
    log = api.get("/api/v1/me/security-log/", {"kind": "token_created"}).json()
    assert [each["what"] for each in log["results"]] == ["ERP: read"]
    assert api.delete(f"/api/v1/me/sessions/{uuid4()}/").status_code == 404
    token = Client(HTTP_AUTHORIZATION=f"Bearer {secret}")
    for path in ("/api/v1/me/sessions/", "/api/v1/me/security-log/"):
        assert token.get(path).status_code in (401, 403)


@pytest.mark.django_db(transaction=True)
def test_a_new_password_and_a_first_factor_end_the_other_sessions(user: User) -> None:
    here, there = entered(user), entered(user)
    given = {"oldpassword": "correct horse", "password1": "battery staple!", "password2":
             "battery staple!"}  # fmt: skip
    assert here.post("/accounts/password/change/", given).status_code == 302
    assert (inside(here), inside(there)) == (True, False)
    assert not OpenSession.objects.filter(session_key=there.session.session_key).exists()

    user.set_password("correct horse")
    user.save()
    here, there = entered(user), entered(user)
    here.post("/accounts/reauthenticate/", {"password": "correct horse"})
    page = here.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page)
    assert secret is not None
    code = {"code": second_factors.code_of(secret[1])}
    done = here.post("/accounts/2fa/totp/activate/", code)
    assert done.status_code == 302, text(done)
    assert (inside(here), inside(there)) == (True, False)
    assert {Kind.PASSWORD_CHANGED, Kind.FACTOR_ADDED, Kind.CODES_MADE, Kind.OTHERS_ENDED} <= set(
        kinds(user)
    )


def test_the_log_tells_of_sign_ins_failures_and_sign_outs(user: User) -> None:
    browser = Client(HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.7")
    browser.post("/accounts/login/", {"login": user.email, "password": "wrong"})
    browser.post("/accounts/login/", {"login": "nobody@x.example", "password": "wrong"})
    browser = entered(user)
    second_factors.app_of(user)
    halfway = Client()
    halfway.post("/accounts/login/", {"login": user.email, "password": "correct horse"})
    halfway.post("/accounts/2fa/authenticate/", {"code": "000000"})
    browser.post("/accounts/logout/")

    assert kinds(user) == [Kind.SIGNED_OUT, Kind.FACTOR_FAILED, Kind.SIGNED_IN,
                           Kind.SIGN_IN_FAILED]  # fmt: skip
    failed = security.events(user.pk, kind=Kind.SIGN_IN_FAILED).get()
    assert (failed.ip, failed.user_agent) == ("192.0.2.7", FIREFOX)


def test_it_tells_of_tokens_and_of_what_others_changed() -> None:
    owner = make_actor(Role.OWNER)
    member = add_member(company_id=owner.company_id, user_id=make_user().pk, role=Role.FINANCE)
    change_member(actor=owner, membership_id=member.pk, role="auditor")
    token, _ = make_token(owner, name="ERP")
    revoke_token(actor=owner, token_id=token.pk)
    remove_member(actor=owner, membership_id=member.pk)
    relay.drain()

    told = list(security.events(member.user_id).values_list("kind", "what"))
    name = owner.company_name
    assert told == [(Kind.LEFT, f"{name}: auditor"), (Kind.ROLE_CHANGED, f"{name}: auditor"),
                    (Kind.JOINED, f"{name}: finance")]  # fmt: skip
    assert [each for each in kinds(User.objects.get(pk=owner.user_id)) if "token" in each] == [
        Kind.TOKEN_REVOKED,
        Kind.TOKEN_CREATED,
    ]
    assert Membership.objects.filter(user_id=member.user_id, active=True).count() == 0


def test_the_log_is_cut_into_pages_narrowed_and_exported(user: User) -> None:
    browser = entered(user)
    security.note(user.pk, Kind.TOKEN_CREATED, what="=HYPERLINK(1)")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            browser.get("/me/security-log/")
        return len(seen)

    few = queries()
    for _ in range(60):
        security.note(user.pk, Kind.SIGNED_IN)
    assert queries() == few
    page = text(browser.get("/me/security-log/?page=3"))
    assert "51 to 62 of 62" in page
    assert "API token created" in text(browser.get("/me/security-log/?kind=token_created"))
    narrow = browser.get("/me/security-log.csv?kind=token_created").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(narrow)))
    assert len(rows) == 2
    assert rows[1][1:3] == ["API token created", "'=HYPERLINK(1)"]
    assert "Nothing of this kind happened." in text(browser.get("/me/security-log/?kind=left"))


@pytest.mark.parametrize(
    ("path", "given", "most"),
    [
        ("/accounts/login/", {"login": "a{n}@x.example", "password": "wrong"}, 31),
        ("/accounts/signup/", {"email": "a{n}@x.example", "password1": "x"}, 11),
        ("/accounts/password/reset/", {"email": "a{n}@x.example"}, 11),
    ],
)
def test_attempts_are_limited_with_a_clear_answer(
    path: str, given: dict[str, str], most: int
) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.7")

    def ask(number: int, **head: Any) -> Any:
        return browser.post(path, {k: v.format(n=number) for k, v in given.items()}, **head)

    answers = [ask(number) for number in range(most)]

    assert {each.status_code for each in answers[:-1]} <= {200, 302}
    assert answers[-1].status_code == 429
    assert answers[-1].headers["Retry-After"] == "60"
    assert "Wait a minute and try again." in text(answers[-1])
    told = ask(0, HTTP_ACCEPT="application/json")
    assert (told.status_code, told["Content-Type"]) == (429, "application/problem+json")
    assert told.json()["code"] == "access.too_many_attempts"
    elsewhere = Client(REMOTE_ADDR="198.51.100.1").post(path, given)
    assert elsewhere.status_code != 429


def test_one_account_is_not_guessed_from_many_addresses(user: User) -> None:
    for number in range(5):
        Client(REMOTE_ADDR=f"192.0.2.{number + 1}").post(
            "/accounts/login/", {"login": user.email, "password": "wrong"}
        )

    late = Client(REMOTE_ADDR="198.51.100.1").post(
        "/accounts/login/", {"login": user.email, "password": "correct horse"}
    )

    assert late.status_code == 200
    assert "Too many failed login attempts" in text(late)
