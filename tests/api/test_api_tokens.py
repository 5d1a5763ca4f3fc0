"""API tokens at the edge: each scope at the endpoints, what only a person may do, expiry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver
from pytest_django import Settings
from rest_framework.test import APIClient

from crm_core.access import keys
from crm_core.access.capabilities import Capability
from crm_core.access.models import ApiToken
from crm_core.access.scopes import SCOPE_CAPABILITIES, Scope, offered, scope_for
from crm_core.companies.models import Company, Membership, Role
from kernel.clock import utc_now
from tests.people import api_client, expire, make_actor, make_token, program

pytestmark = pytest.mark.django_db
C = Capability
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
TENDER = {"title": "Coil", "description": "", "currency": "EUR", "vat": "net"}


@dataclass(frozen=True)
class Ask:
    """A request, what it needs, and what its person gets."""

    needs: tuple[Capability, ...]  # in the order in which it is asked for them
    role: Role
    method: str
    path: str
    status: int
    body: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path.replace(str(NOWHERE), '…')}"


ASKED = (
    Ask((C.TENDER_READ,), Role.OFFICER, "get", "tenders/", 200),
    Ask((C.TENDER_EDIT,), Role.OFFICER, "post", "tenders/", 201, TENDER),
    Ask((C.TENDER_PUBLISH,), Role.OFFICER, "post", f"tenders/{NOWHERE}/publish/", 404),
    Ask((C.TENDER_ANSWER,), Role.BIDDER, "post", f"tenders/{NOWHERE}/decline/", 404,
        {"reason": "Busy."}),
    Ask((C.AUCTION_WATCH,), Role.BIDDER, "get", "auctions/", 200),
    Ask((C.AUCTION_WATCH,), Role.OFFICER, "get", f"auctions/{NOWHERE}/", 404),
    Ask((C.ACCOUNT_READ,), Role.OFFICER, "get", "accounts/", 200),
    Ask((C.DOCUMENT_READ,), Role.OWNER, "get", "documents/", 200),
    Ask((C.DOCUMENT_READ,), Role.OWNER, "get", f"documents/{NOWHERE}/", 404),
    Ask((C.DOCUMENT_EDIT,), Role.OWNER, "delete", f"documents/{NOWHERE}/", 404),
    Ask((C.SUPPLIER_LIST_READ,), Role.OFFICER, "get", "supplier-lists/", 200),
    Ask((C.SUPPLIER_LIST_EDIT,), Role.OFFICER, "post", "supplier-lists/", 201, {"name": "Coil {}"}),
    Ask((C.CATALOG_READ,), Role.OFFICER, "get", "catalog/offers/", 200),
    Ask((C.CATALOG_READ,), Role.BIDDER, "get", "catalog/own-offers/", 200),
    Ask((C.OFFER_EDIT,), Role.CATALOG_MANAGER, "post",
        f"catalog/own-offers/{NOWHERE}/withdraw/", 404),
    Ask((C.OFFER_PUBLISH,), Role.CATALOG_MANAGER, "post",
        f"catalog/own-offers/{NOWHERE}/publish/", 404),
    Ask((C.COMPANY_INVITE,), Role.OFFICER, "delete", f"company-invitations/{NOWHERE}/", 404),
    Ask((C.COMPANY_MANAGE,), Role.OWNER, "get", "member-invitations/", 200),
    Ask((C.COMPANY_MANAGE,), Role.OWNER, "post", "member-invitations/", 201,
        {"email": "new-{}@company.example", "role": "bidder"}),
    Ask((C.AUDIT_READ,), Role.AUDITOR, "get", "members/log/", 200),
    Ask((C.COMPANY_VERIFY,), Role.VERIFIER, "get", "verification/cases/", 200),
    Ask((C.SCREENING_READ,), Role.VERIFIER, "get", "screening/hits/", 200),
    Ask((C.SCREENING_READ, C.SCREENING_POLICY), Role.PLATFORM_ADMIN, "put", "screening/policy/",
        200, {"threshold": "70", "max_age_days": "30", "reason": "Noise."}),
)  # fmt: skip


def code(response: Any) -> tuple[int, str]:
    return (response.status_code, response.json()["code"])


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_program_gets_what_its_person_gets_with_the_right_scope_only(asked: Ask):
    actor = make_actor(asked.role)
    token, secret = make_token(actor)
    client = program(secret)
    for scope in Scope:
        ApiToken.objects.filter(pk=token.pk).update(scopes=[scope])
        body = {key: str(value).format(scope) for key, value in asked.body.items()}
        answer = getattr(client, asked.method)(f"/api/v1/{asked.path}", body)
        missing = [each for each in asked.needs if each not in SCOPE_CAPABILITIES[scope]]
        if missing:
            assert code(answer) == (403, "access.scope_missing"), scope
            assert answer.json()["data"] == {"scope": scope_for(missing[0])}
        else:
            assert answer.status_code == asked.status, (scope, answer.content)


OPEN_TO_ANY_TOKEN = {
    "api/v1/me/", "api/v1/tokens/scopes/",  # itself
    "api/v1/identifiers/", "api/v1/identifiers/check/", "api/v1/currencies/", "api/v1/units/",
    "api/v1/units/convert/",
    "api/v1/categories/",  # the same for everybody
}  # fmt: skip


def lists() -> list[str]:
    """The addresses of the API that can be read and name no object."""

    def walk(resolver: URLResolver, prefix: str) -> list[str]:
        found = []
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                found += walk(entry, route)
            elif isinstance(entry, URLPattern) and route.startswith("api/v1/") and "<" not in route:
                view = getattr(entry.callback, "cls", None) or getattr(
                    entry.callback, "view_class", None
                )
                found += [route] if hasattr(view, "get") else []
        return found

    return walk(get_resolver(), "")


def test_a_token_that_may_not_read_reads_nothing():
    for role, scope in ((Role.OWNER, "auctions"), (Role.VERIFIER, "platform"),
                        (Role.BIDDER, "platform")):  # fmt: skip
        token, secret = make_token(make_actor(role))
        ApiToken.objects.filter(pk=token.pk).update(scopes=[scope])
        client = program(secret)
        told = {path for path in lists() if client.get(f"/{path}").status_code in (200, 422)}
        more = {"api/v1/auctions/"} if scope == "auctions" else set()
        assert told == OPEN_TO_ANY_TOKEN | more, (role, scope)


PERSONAL = (
    ("get", "tokens/"), ("post", "tokens/"), ("get", f"tokens/{NOWHERE}/"),
    ("patch", f"tokens/{NOWHERE}/"), ("delete", f"tokens/{NOWHERE}/"),
    ("get", "company-tokens/"), ("delete", f"company-tokens/{NOWHERE}/"),
    ("get", "me/sessions/"), ("delete", f"me/sessions/{NOWHERE}/"),
    ("delete", "me/sessions/others/"), ("get", "me/security-log/"), ("post", "members/leave/"),
    ("post", "companies/"), ("post", f"companies/{NOWHERE}/ask-to-join/"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PERSONAL)
def test_what_only_a_person_may_do(method: str, path: str):
    actor = make_actor(Role.OWNER)
    token, secret = make_token(actor)
    ApiToken.objects.filter(pk=token.pk).update(scopes=["full"])

    answer = getattr(program(secret), method)(f"/api/v1/{path}")
    guest = getattr(APIClient(), method)(f"/api/v1/{path}")

    assert code(answer) == (403, "access.person_required")
    assert code(guest) == (401, "request.not_authenticated")
    assert guest["WWW-Authenticate"] == "Bearer"
    assert Membership.objects.filter(pk=actor.membership_id, active=True).exists()


def test_no_program_changes_the_role_of_its_own_person():
    owner = make_actor(Role.OWNER)
    make_actor(Role.OWNER, Company.objects.get(pk=owner.company_id))
    _, secret = make_token(owner)

    answer = program(secret).patch(f"/api/v1/members/{owner.membership_id}/", {"role": "officer"})

    assert code(answer) == (403, "access.person_required")


@pytest.mark.parametrize("path", ["/me/", "/me/tokens/", "/company/", "/accounts/password/change/",
                                  "/accounts/email/", "/accounts/2fa/"])  # fmt: skip
def test_no_page_takes_a_token(path: str):
    _, secret = make_token(make_actor(Role.OWNER))
    answer = Browser().get(path, headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_an_expired_token_is_refused_with_a_code_of_its_own():
    token, secret = make_token(make_actor(Role.BIDDER))
    assert program(secret).get("/api/v1/me/").status_code == 200

    expire(token)

    for path in ("me/", "auctions/", "tokens/", "socket-tickets/"):
        client = program(secret)
        answer = (
            client.post(f"/api/v1/{path}") if "ticket" in path else client.get(f"/api/v1/{path}")
        )
        assert code(answer) == (401, "access.token_expired")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_is_made_named_listed_and_ended():
    session = api_client(make_actor(Role.BIDDER))
    end = (utc_now() + timedelta(days=200)).isoformat()
    made = session.post(
        "/api/v1/tokens/", {"name": "ERP", "scopes": ["bid", "read"], "expires_at": end}
    ).json()
    path = f"/api/v1/tokens/{made['id']}/"
    assert made["scopes"] == ["read", "bid"]
    assert datetime.fromisoformat(made["expires_at"]) == datetime.fromisoformat(end)

    client = program(made["secret"])
    client.get("/api/v1/me/", headers={"User-Agent": "robot/1.0"}, REMOTE_ADDR="192.0.2.7")
    kept = session.get(path).json()
    assert (kept["last_ip"], kept["last_user_agent"]) == ("192.0.2.7", "robot/1.0")
    assert "secret" not in kept
    changed = session.patch(path, {"name": "Stock", "scopes": ["profile"]}).json()
    assert (changed["name"], changed["scopes"]) == ("Stock", ["read", "bid"])

    assert session.get("/api/v1/tokens/", {"ended": "true"}).json()["count"] == 0
    assert session.delete(path).status_code == 204
    assert session.get("/api/v1/tokens/").json()["count"] == 0
    ended = session.get("/api/v1/tokens/", {"ended": "true"}).json()["results"]
    assert [each["name"] for each in ended] == ["Stock"]
    assert ended[0]["revoked_at"]
    assert code(session.delete(path)) == (404, "access.token_not_found")


def test_without_an_end_named_it_is_ninety_days_and_none_must_be_allowed(settings: Settings):
    settings.API_TOKEN_LONGEST_DAYS = 365
    session = api_client(make_actor(Role.BIDDER))
    asked = {"name": "ERP", "scopes": ["bid"]}

    made = session.post("/api/v1/tokens/", asked).json()
    life = datetime.fromisoformat(made["expires_at"]) - utc_now()
    assert timedelta(days=89) < life <= timedelta(days=90)
    never = session.post("/api/v1/tokens/", {**asked, "expires_at": None})
    assert code(never) == (422, "access.token_expiry_too_late")
    assert never.json()["data"] == {"days": 365}

    settings.API_TOKEN_LONGEST_DAYS = 0
    assert session.post("/api/v1/tokens/", {**asked, "expires_at": None}).status_code == 201


def test_what_a_token_cannot_be_made_of():
    session = api_client(make_actor(Role.BIDDER))
    for wrong, expected in (
        ({"scopes": ["read"]}, "request.invalid"),
        ({"name": "ERP"}, "request.invalid"),
        ({"name": "ERP", "scopes": ["everything"]}, "request.invalid"),
        ({"name": "ERP", "scopes": []}, "access.scopes_missing"),
        ({"name": "ERP", "scopes": ["tenders"]}, "access.scope_not_offered"),
        ({"name": "ERP", "scopes": ["full"]}, "access.scope_not_offered"),
        ({"name": "ERP", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"},
         "access.token_expiry_past"),
    ):  # fmt: skip
        assert code(session.post("/api/v1/tokens/", wrong)) == (422, expected)


def test_the_twenty_first_is_one_too_many():
    actor = make_actor(Role.BIDDER)
    for _ in range(keys.MOST_WORKING):
        make_token(actor)
    answer = api_client(actor).post("/api/v1/tokens/", {"name": "ERP", "scopes": ["read"]})
    assert code(answer) == (409, "access.too_many_tokens")


def test_the_scopes_are_told_in_the_readers_language():
    client = api_client(make_actor(Role.BIDDER))
    russian = client.get("/api/v1/tokens/scopes/", headers={"Accept-Language": "ru"}).json()
    told = client.get("/api/v1/tokens/scopes/").json()
    assert [each["scope"] for each in told] == [each.value for each in offered(Role.BIDDER)]
    assert told[1]["capabilities"] == ["auction.bid", "auction.watch", "tender.answer",
                                       "tender.read"]  # fmt: skip
    assert (russian[0]["name"], told[0]["name"]) == ("Чтение", "Read")
    assert russian[0]["description"] != told[0]["description"]


def test_a_program_reads_what_it_is():
    actor = make_actor(Role.OFFICER)
    make_actor(Role.BIDDER, user=Membership.objects.get(pk=actor.membership_id).user)
    token, secret = make_token(actor, "read", "auctions")

    me = program(secret).get("/api/v1/me/").json()

    assert me["token"]["id"] == str(token.pk)
    assert me["token"]["scopes"] == ["read", "auctions"]
    assert [each["company"]["id"] for each in me["memberships"]] == [str(actor.company_id)]
    assert "auction.run" in me["memberships"][0]["capabilities"]
    assert "tender.edit" not in me["memberships"][0]["capabilities"]
    assert api_client(actor).get("/api/v1/me/").json()["token"] is None


def test_an_answer_remembered_for_one_token_is_not_told_to_another():
    actor = make_actor(Role.OFFICER)
    asked = {"path": "/api/v1/supplier-lists/", "data": {"name": "Coil"},
             "headers": {"Idempotency-Key": "k"}}  # fmt: skip
    (_, may), (_, may_not) = make_token(actor, "suppliers"), make_token(actor, "read")

    assert program(may).post(**asked).status_code == 201
    assert program(may).post(**asked)["Idempotent-Replay"] == "1"
    assert code(program(may_not).post(**asked)) == (403, "access.scope_missing")


def test_an_owner_reads_and_stops_the_tokens_of_the_company(django_assert_num_queries):
    owner = make_actor(Role.OWNER)
    company = Company.objects.get(pk=owner.company_id)
    token, secret = make_token(make_actor(Role.BIDDER, company), name="robot")
    session = api_client(owner)
    for expected in (1, 6):
        with django_assert_num_queries(5):  # session, user, actor, count, rows
            told = session.get("/api/v1/company-tokens/").json()
        assert told["count"] == expected
        for _ in range(5):
            make_token(make_actor(Role.BIDDER, company))
    for _ in range(2):
        make_token(owner)
        with django_assert_num_queries(5):
            session.get("/api/v1/tokens/")

    path = f"/api/v1/company-tokens/{token.pk}/"
    assert code(api_client(make_actor(Role.OWNER)).delete(path)) == (404, "access.token_not_found")
    bidder = api_client(make_actor(Role.BIDDER, company))
    assert code(bidder.delete(path)) == (403, "access.forbidden")
    assert session.delete(path).status_code == 204
    assert code(program(secret).get("/api/v1/me/")) == (401, "access.token_invalid")
