"""Inviting companies by pages and API, answering a link, registering a company by API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from buyers.services import create_list
from crm_core.access import company_invitations
from crm_core.companies.inviting_companies import link_secret
from crm_core.companies.models import Company, CompanyInvitation, Membership, Role, Standing
from crm_core.notifications.models import Notice
from crm_core.people.models import User
from infra import relay
from kernel.clock import utc_now
from tests import tender_house as tenders
from tests.people import api_client, make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
NEW = "oksana@dnipro-stal.example"
LIST = "/company-invitations/"
API = "/api/v1/company-invitations/"
FIRM = {"legal_name": "Dnipro Stal LLC", "country": "UA", "sells": "on"}


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


def browser(actor):
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def invited(actor, **fields):
    return company_invitations.invite(
        actor=actor, **{"email": NEW, "name": "Dnipro Stal", **fields}
    )


def link(invitation):
    return reverse("welcome", args=[link_secret(invitation)])


def said(response):
    return response.content.decode()


def test_an_officer_invites_sends_again_and_takes_back_by_page():
    officer = make_actor(Role.OFFICER)
    plate = create_list(actor=officer, name="Plate")
    client = browser(officer)
    empty = said(client.get(LIST, {"list": plate.pk, "name": "Dnipro"}))
    assert "No company invited yet" in empty
    assert f'<option value="{plate.pk}" selected>Plate</option>' in empty
    assert 'value="Dnipro"' in empty
    form = {"name": "Dnipro Stal", "email": NEW, "language": "uk", "list_id": plate.pk,
            "message": "We buy <b>plate</b>, see https://x.example"}  # fmt: skip
    for wrong, field in (({"email": "x"}, "email"), ({"list_id": officer.user_id}, "list_id"),
                         ({"message": "x" * 1001}, "message")):  # fmt: skip
        refused = client.post(LIST, {**form, **wrong})
        assert refused.status_code == 422
        assert f'id="id_{field}_error"' in said(refused)
    assert client.post(LIST, form).status_code == 302
    made = CompanyInvitation.objects.get()
    assert (made.list_id, made.language) == (plate.pk, "uk")
    again = client.post(LIST, form)
    assert again.status_code == 409
    assert "invited already" in said(again)
    sent = client.post(reverse("company-invitation-again", args=[made.pk]), follow=True)
    assert "A new link is on its way" in said(sent)
    CompanyInvitation.objects.update(version=5)
    much = client.post(reverse("company-invitation-again", args=[made.pk]), follow=True)
    assert "was written to 5 times already" in said(much)
    client.post(reverse("company-invitation-revoke", args=[made.pk]))
    assert "Taken back" in said(client.get(LIST))
    for name in ("company-invitation-again", "company-invitation-revoke"):
        assert client.post(reverse(name, args=[made.pk])).status_code == 404


def test_the_list_is_filtered_exported_and_takes_few_queries(django_assert_max_num_queries):
    officer = make_actor(Role.OFFICER)
    foreign = make_actor(Role.OFFICER)
    invited(foreign, name="Nobody of mine")
    for number in range(30):
        invited(officer, email=f"firm{number}@x.example", name=f"Firm {number}")
    own = CompanyInvitation.objects.filter(inviter_id=officer.company_id)
    expired, declined, came = (own.get(name=f"Firm {number}") for number in range(3))
    own.filter(pk=expired.pk).update(expires_at=utc_now())
    company_invitations.decline(secret=link_secret(declined), user=make_user())
    user = make_user(email="firm2@x.example")
    company_invitations.register_invited(
        user=user, secret=link_secret(came), legal_name="=Firm", country="UA", sells=True
    )
    client = browser(officer)
    with django_assert_max_num_queries(14):
        page = said(client.get(LIST))
    assert page.count("<tr>") == 26
    assert "Nobody of mine" not in page
    counted = {
        state: int(said(client.get(LIST, {"state": state})).count('<th scope="row">'))
        for state in ("open", "expired", "declined", "taken_up", "revoked")
    }
    assert counted == {"open": 25, "expired": 1, "declined": 1, "taken_up": 1, "revoked": 0}
    assert "No invitation fits the filter." in said(client.get(LIST, {"search": "Firm zzz"}))
    csv = client.get("/company-invitations.csv", {"state": "taken_up"})
    lines = csv.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "firm2@x.example,,Taken up" in lines[1]
    assert "'=Firm" in lines[1], "no formula for the spreadsheet"
    assert client.get("/company-invitations.xlsx").content[:2] == b"PK"
    assert browser(make_actor(Role.BIDDER)).get(LIST).status_code == 403
    approver = make_actor(Role.APPROVER, Company.objects.get(pk=officer.company_id))
    looking = said(browser(approver).get(LIST))
    assert "Send the invitation" not in looking
    assert "Firm 29" in looking


def test_somebody_new_comes_by_the_link_to_what_is_missing():
    officer = make_actor(Role.OFFICER)
    made = invited(officer, country="UA", message="We buy <plate>: https://x.example")
    client, path = Client(), link(made)
    shown = client.get(path)
    assert f"{officer.company_name} invites your company" in said(shown)
    assert "We buy &lt;plate&gt;: https://x.example" in said(shown)
    assert 'href="https://x.example' not in said(shown)
    assert "no-store" in shown["Cache-Control"]
    weak = client.post(path, {"full_name": "Oksana Bilyk", "password": "123"})
    assert weak.status_code == 422
    assert 'id="id_password_error"' in said(weak)
    assert client.post(path, {"full_name": "Oksana Bilyk", "password": "correct horse"})
    form = said(client.get(path))
    assert 'name="legal_name" value="Dnipro Stal"' in form
    assert '<option value="UA" selected>' in form
    make_company(legal_name="Dnipro Stal LLC", country="UA", registry_scheme="",
                 registry_value="")  # fmt: skip
    assert client.post(path, {**FIRM, "legal_name": ""}).status_code == 422
    alike = client.post(path, FIRM)
    assert alike.status_code == 409
    assert "Ask to be let in" in said(alike)
    came = client.post(path, {**FIRM, "is_another": "on"})
    assert (came.status_code, came["Location"]) == (302, "/company/verification/")
    missing = client.get("/company/verification/")
    assert missing.status_code == 200
    assert "Dnipro Stal LLC" in said(missing)
    for gone in (client.get(path), client.post(path, FIRM), Client().get(path)):
        assert gone.status_code == 404
        assert "not valid any more" in said(gone)


def test_who_is_known_signs_in_and_answers_with_a_company_of_theirs():
    officer = make_actor(Role.OFFICER)
    known = make_user(email=NEW)
    seller = make_actor(Role.BIDDER, user=known)
    path = link(made := invited(officer))
    guest = said(Client().get(path))
    assert "Sign in to answer" in guest
    assert 'name="password"' not in guest
    assert Client().post(path, {"full_name": "X", "password": "correct horse"}).status_code == 403
    assert "signed in with another address" in said(browser(make_actor(Role.OWNER)).get(path))
    client = browser(seller)
    assert seller.company_name in said(client.get(path))
    wrong = client.post(f"{path}answer/", {"company": officer.company_id}, follow=True)
    assert "Choose a company that you act for" in said(wrong)
    done = client.post(f"{path}answer/", {"company": seller.company_id})
    assert (done.status_code, done["Location"]) == (302, "/")
    made.refresh_from_db()
    assert made.company_id == seller.company_id
    assert client.post(f"{path}decline/").status_code == 404


def test_links_that_are_over_get_one_page_that_says_so():
    officer = make_actor(Role.OFFICER)
    revoked = invited(officer)
    path = link(revoked)
    company_invitations.revoke(actor=officer, invitation_id=revoked.pk)
    expired = invited(officer, email="b@x.example")
    CompanyInvitation.objects.filter(pk=expired.pk).update(
        expires_at=utc_now() - timedelta(seconds=1)
    )
    pages = [Client().get(each) for each in (path, link(expired), "/welcome/nonsense/")]
    assert {each.status_code for each in pages} == {404}
    assert all("not valid any more" in said(each) for each in pages)
    open_ = link(invited(officer, email="c@x.example"))
    declined = Client().post(f"{open_}decline/", follow=True)
    assert "You declined the invitation." in said(declined)
    assert Client().get(open_).status_code == 404


def test_the_buttons_stand_where_users_look():
    officer, supplier = make_actor(Role.OFFICER), make_actor(Role.BIDDER)
    plate = create_list(actor=officer, name="Plate of mine")
    draft = tenders.draft(officer, [supplier])
    client = browser(officer)
    for page in ("/supplier-lists/", f"/supplier-lists/{plate.pk}/", f"/tenders/{draft.pk}/invite/",
                 "/crm/accounts/"):  # fmt: skip
        assert LIST in said(client.get(page)), page
    admin = browser(make_actor(Role.PLATFORM_ADMIN))
    assert LIST in said(admin.get("/platform/companies/"))
    assert LIST not in said(browser(make_actor(Role.VERIFIER)).get("/platform/companies/"))


def test_the_case_names_who_invited_the_company():
    officer = make_actor(Role.OFFICER)
    made = invited(officer)
    user = make_user(email=NEW)
    company = company_invitations.register_invited(
        user=user, secret=link_secret(made), legal_name="Dnipro Stal", country="UA", sells=True
    ).company
    verifier = browser(make_actor(Role.VERIFIER))
    assert f"invited by {officer.company_name}" in said(
        verifier.get(f"/verification/{company.pk}/")
    )


def test_the_api_invites_lists_sends_again_and_takes_back():
    officer = make_actor(Role.OFFICER)
    api = api_client(officer)
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}
    body = {"email": NEW, "name": "Dnipro Stal", "country": "UA"}
    made = api.post(API, body, format="json", **key)
    assert made.status_code == 201
    assert api.post(API, body, format="json", **key).json() == made.json()
    assert (made.json()["state"], made.json()["company"]) == ("open", None)
    assert "secret" not in made.content.decode()
    refused = api.post(API, body, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "companies.already_invited")
    assert refused.json()["field"] == "email"
    long = api.post(API, {**body, "message": "x" * 1001}, format="json")
    assert long.json()["errors"][0]["field"] == "message"
    listed = api.get(API, {"state": "open"}).json()
    assert [each["id"] for each in listed["results"]] == [made.json()["id"]]
    one = f"{API}{made.json()['id']}/"
    assert api.post(f"{one}send-again/").status_code == 201
    for stranger in (make_actor(Role.OFFICER), make_actor(Role.PLATFORM_ADMIN)):
        other = api_client(stranger)
        assert other.delete(one).json()["code"] == "companies.invitation_not_found"
        assert other.post(f"{one}send-again/").status_code == 404
        assert other.get(API).json()["results"] == []
    assert api.delete(one).status_code == 204
    assert api.get(API).json()["results"][0]["state"] == "revoked"
    Company.objects.filter(pk=officer.company_id).update(standing=Standing.DRAFT)
    forbidden = api.post(API, {**body, "email": "b@x.example"}, format="json")
    assert forbidden.json()["code"] == "access.company_not_verified"


def test_the_answers_for_known_and_unknown_addresses_are_the_same():
    api = api_client(make_actor(Role.OFFICER))
    known = make_user()
    make_actor(Role.BIDDER, user=known)
    answers = []
    for address in (known.email, "person999999@company.example"):
        made = api.post(API, {"email": address, "name": "Firm"}, format="json")
        kept = made.json()
        for passing in ("id", "email", "created_at", "sent_at", "expires_at"):
            kept.pop(passing)
        answers.append((made.status_code, kept))
    assert answers[0] == answers[1]


def test_the_invitations_by_api_take_few_queries(django_assert_max_num_queries):
    officer = make_actor(Role.OFFICER)
    for number in range(20):
        made = invited(officer, email=f"firm{number}@x.example", name=f"Firm {number}")
        user = make_user(email=made.email)
        company_invitations.register_invited(
            user=user, secret=link_secret(made), legal_name=f"Firm {number}", country="UA",
            sells=True, is_another=True,
        )  # fmt: skip
    api = api_client(officer)
    with django_assert_max_num_queries(6):
        found = api.get(API).json()
    assert len(found["results"]) == 20
    assert found["results"][0]["company"]["standing"] == "draft"


def test_a_person_registers_a_company_by_api_or_asks_to_join():
    person = make_user()
    api = APIClient()
    body = {"legal_name": "Dnipro Stal LLC", "country": "UA", "sells": True}
    assert api.post("/api/v1/companies/", body, format="json").status_code == 401
    api.force_login(person)
    key = {"HTTP_IDEMPOTENCY_KEY": "one"}
    made = api.post("/api/v1/companies/", body, format="json", **key)
    assert (made.status_code, made.json()["standing"]) == (201, "draft")
    assert api.post("/api/v1/companies/", body, format="json", **key).json() == made.json()
    assert Membership.objects.get(user=person).role == Role.OWNER

    other = make_user()
    api.force_login(other)
    alike = api.post("/api/v1/companies/", {**body, "legal_name": "Dnipro Stal"}, format="json")
    assert (alike.status_code, alike.json()["code"]) == (409, "access.company_alike")
    assert alike.json()["data"] == {
        "alike": [made.json()["id"]], "names": ["Dnipro Stal LLC"], "why": ["name"],
    }  # fmt: skip
    assert not Membership.objects.filter(user=other).exists()
    ask = f"/api/v1/companies/{alike.json()['data']['alike'][0]}/ask-to-join/"
    assert [api.post(ask).status_code for _ in range(2)] == [202, 202]
    relay.drain()
    assert Notice.objects.filter(recipient_id=person.pk, kind="company.join_asked").count() == 1
    nowhere = api.post(f"/api/v1/companies/{other.pk}/ask-to-join/")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "access.company_not_found")
    api.force_login(person)
    assert api.post(ask).json()["code"] == "companies.already_member"
    for wrong, code in (
        ({"sells": False}, "companies.invalid"),
        ({"registry_scheme": "UA-EDR", "registry_value": "12"}, None),
        ({"country": "ukr"}, "request.invalid"),
    ):
        refused = api.post("/api/v1/companies/", {**body, **wrong}, format="json")
        assert refused.status_code in (409, 422)
        assert code is None or refused.json()["code"] == code
    another = api.post("/api/v1/companies/", {**body, "is_another": True}, format="json")
    assert another.status_code == 201
