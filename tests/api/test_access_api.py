"""API of access: sessions, tokens, the named company, members, idempotency."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connections
from rest_framework.test import APIClient

from crm_core.access.actor import ByToken, load_actor
from crm_core.access.tickets import redeem_ticket
from crm_core.companies.models import Company, MemberInvitation, Membership, Role
from crm_core.notifications.models import Notice
from crm_core.notifications.services import Recipient, notify
from crm_core.people.models import User
from tests.people import api_client, make_actor, make_company, make_token, make_user

pytestmark = pytest.mark.django_db


def code(response):
    return (response.status_code, response.json()["code"])


def test_strangers_are_asked_to_sign_in():
    client = APIClient()
    for path in ("me", "companies", "members", "tokens", "notices", "supplier-lists", "units"):
        response = client.get(f"/api/v1/{path}/")
        assert response.status_code in (401, 403), path
        assert response.json()["code"] == "request.not_authenticated"


def test_me_lists_companies_with_capabilities(django_assert_num_queries):
    user = make_user()
    first = make_actor(Role.BIDDER, user=user)
    make_actor(Role.OFFICER, user=user)
    client = api_client(first)

    with django_assert_num_queries(3):  # session, user, memberships with companies
        body = client.get("/api/v1/me/").json()

    assert [each["role"] for each in body["memberships"]] == ["bidder", "officer"]
    assert "auction.bid" in body["memberships"][0]["capabilities"]
    assert body["memberships"][1]["company"]["id"] != str(first.company_id)


def test_the_company_header_decides_and_is_required_for_several():
    user = make_user()
    first = make_actor(Role.OFFICER, user=user)
    second = make_actor(Role.OFFICER, user=user)
    client = APIClient()
    client.force_login(user)

    assert code(client.get("/api/v1/members/")) == (422, "access.company_required")
    for actor in (first, second):
        found = client.get("/api/v1/members/", headers={"X-Company": str(actor.company_id)})
        assert [each["id"] for each in found.json()["results"]] == [str(actor.membership_id)]
    for wrong in (str(uuid4()), str(make_company().pk), "nonsense"):
        refused = client.get("/api/v1/members/", headers={"X-Company": wrong})
        assert code(refused) == (403, "access.not_a_member")


def test_a_token_acts_for_its_company_and_no_other():
    user = make_user()
    first = make_actor(Role.BIDDER, user=user)
    second = make_actor(Role.BIDDER, user=user)
    _token, secret = make_token(first, name="robot")
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    assert client.get("/api/v1/members/").json()["count"] == 1
    other = client.get("/api/v1/members/", headers={"X-Company": str(second.company_id)})
    assert code(other) == (403, "access.not_a_member")
    # A token makes no tokens and cannot list them.
    for answer in (client.get("/api/v1/tokens/"), client.post("/api/v1/tokens/", {"name": "more"})):
        assert code(answer) == (403, "access.person_required")

    client.credentials(HTTP_AUTHORIZATION="Bearer ff_wrong")
    assert code(client.get("/api/v1/members/")) == (401, "access.token_invalid")


def test_a_session_makes_a_token_and_a_token_gets_a_ticket():
    actor = make_actor(Role.BIDDER)
    session = api_client(actor)
    made = session.post("/api/v1/tokens/", {"name": "robot", "scopes": ["read", "bid"]})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"

    robot = APIClient()
    robot.credentials(HTTP_AUTHORIZATION=f"Bearer {made.json()['secret']}")
    ticket = robot.post("/api/v1/socket-tickets/")
    assert ticket.status_code == 201
    by_token = ByToken(UUID(made.json()["id"]), frozenset({"read", "bid"}))
    assert redeem_ticket(ticket.json()["ticket"]).actor == load_actor(
        actor.user_id, actor.company_id, by_token
    )

    assert "secret" not in session.get("/api/v1/tokens/").json()["results"][0]
    assert session.delete(f"/api/v1/tokens/{made.json()['id']}/").status_code == 204
    assert code(robot.get("/api/v1/me/")) == (401, "access.token_invalid")
    stranger = api_client(make_actor(Role.BIDDER))
    missing = stranger.delete(f"/api/v1/tokens/{made.json()['id']}/")
    assert code(missing) == (404, "access.token_not_found")


def test_a_session_without_csrf_token_changes_nothing():
    actor = make_actor(Role.OWNER)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=actor.user_id))

    response = client.post("/api/v1/tokens/", {"name": "robot"})

    assert response.status_code == 403


@pytest.mark.parametrize("role", list(Role))
def test_only_managers_change_members(role):
    actor = make_actor(role)
    client = api_client(actor)
    answer = client.post(
        "/api/v1/member-invitations/", {"email": "new@company.example", "role": "bidder"}
    )
    allowed = role in (Role.OWNER, Role.PLATFORM_ADMIN)
    assert answer.status_code == (201 if allowed else 403)
    assert MemberInvitation.objects.filter(email="new@company.example").exists() == allowed


def test_another_companys_member_is_not_found():
    owner, stranger = make_actor(Role.OWNER), make_actor(Role.BIDDER)
    client = api_client(owner)
    path = f"/api/v1/members/{stranger.membership_id}/"

    assert code(client.patch(path, {"role": "finance"})) == (404, "companies.member_not_found")
    assert code(client.delete(path)) == (404, "companies.member_not_found")


def test_members_are_listed_with_a_constant_number_of_queries(django_assert_num_queries):
    owner = make_actor(Role.OWNER)
    company = Company.objects.get(pk=owner.company_id)
    client = api_client(owner)
    for expected in (1, 6):
        with django_assert_num_queries(5):  # session, user, actor, count, rows
            assert client.get("/api/v1/members/").json()["count"] == expected
        for _ in range(5):
            make_actor(Role.BIDDER, company)


def test_the_directory_holds_verified_companies_only():
    actor = make_actor(Role.BIDDER)
    seller = make_company(legal_name="Nordwerk Stahl GmbH", buys=False)
    make_company(legal_name="Nordwerk Draft", standing="draft")
    client = api_client(actor)

    found = client.get("/api/v1/companies/", {"search": "nordwerk", "sells": "true"}).json()
    assert [each["id"] for each in found["results"]] == [str(seller.pk)]
    outsider = APIClient()
    outsider.force_login(make_user())
    assert code(outsider.get("/api/v1/companies/")) == (403, "access.not_a_member")


def test_a_repeated_key_gets_the_first_answer():
    actor = make_actor(Role.OFFICER)
    client = api_client(actor)
    headers = {"Idempotency-Key": "k-1"}

    first = client.post("/api/v1/supplier-lists/", {"name": "Steel"}, headers=headers)
    again = client.post("/api/v1/supplier-lists/", {"name": "Steel"}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "1"
    assert client.get("/api/v1/supplier-lists/").json()["count"] == 1

    other = client.post("/api/v1/supplier-lists/", {"name": "Cable"}, headers=headers)
    assert code(other) == (409, "idempotency.conflict")
    colleague = api_client(make_actor(Role.OFFICER))
    assert (
        colleague.post("/api/v1/supplier-lists/", {"name": "Cable"}, headers=headers).status_code
        == 201
    )
    bad = client.post("/api/v1/supplier-lists/", {"name": "x"}, headers={"Idempotency-Key": ""})
    assert code(bad) == (422, "idempotency.key_malformed")


def test_a_refused_request_may_be_mended_under_its_key():
    client = api_client(make_actor(Role.OFFICER))
    headers = {"Idempotency-Key": "k-2"}
    assert client.post("/api/v1/supplier-lists/", {"name": " "}, headers=headers).status_code == 422
    assert (
        client.post("/api/v1/supplier-lists/", {"name": "Ok"}, headers=headers).status_code == 201
    )


@pytest.mark.django_db(transaction=True)
def test_twins_sent_at_once_do_the_work_once():
    actor = make_actor(Role.OFFICER)

    def send(_number):
        try:
            return api_client(actor).post(
                "/api/v1/supplier-lists/", {"name": "Steel"}, headers={"Idempotency-Key": "twin"}
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_notices_are_listed_and_marked_read(django_assert_num_queries):
    actor, other = make_actor(Role.BIDDER), make_actor(Role.BIDDER)
    for number in range(3):
        notify(
            recipients=[Recipient(actor.user_id, actor.company_id)],
            kind="test",
            text="Number {n}",
            data={"n": number},
            key=f"n{number}",
        )
    client = api_client(actor)
    with django_assert_num_queries(5):
        body = client.get("/api/v1/notices/").json()
    assert [each["message"] for each in body["results"]] == ["Number 2", "Number 1", "Number 0"]

    path = f"/api/v1/notices/{body['results'][0]['id']}/read/"
    assert code(api_client(other).post(path)) == (404, "notifications.notice_not_found")
    assert client.post(path).json()["read_at"]
    assert client.get("/api/v1/notices/", {"unread": "true"}).json()["count"] == 2
    assert client.post("/api/v1/notices/read-all/").json() == {"read": 2}
    assert not Notice.objects.filter(read_at=None).exists()


def test_an_ended_membership_ends_the_api_at_once():
    owner = make_actor(Role.OWNER)
    bidder = make_actor(Role.BIDDER, Company.objects.get(pk=owner.company_id))
    client = api_client(bidder)
    assert client.get("/api/v1/members/").status_code == 200

    api_client(owner).delete(f"/api/v1/members/{bidder.membership_id}/")

    assert code(client.get("/api/v1/members/")) == (403, "access.not_a_member")
    assert Membership.objects.filter(pk=bidder.membership_id, active=False).exists()
