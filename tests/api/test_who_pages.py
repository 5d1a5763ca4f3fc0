"""Pages of people, companies, notices, supplier lists and the operator's desk."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from buyers.models import SupplierList
from buyers.services import add_supplier, create_list
from crm_core.access.demo import personas
from crm_core.access.invitations import invite
from crm_core.companies.models import Company, Membership, Role
from crm_core.companies.services import add_member
from crm_core.notifications.models import MailboxMessage, Notice
from crm_core.notifications.services import Recipient, notify
from crm_core.people.models import User
from infra.models import DeadLetter
from reference.loading import load_all
from reference.models import Category
from suppliers.models import SupplierProfile
from tests.people import make_actor, make_company, make_token, make_user

pytestmark = pytest.mark.django_db


def browser(actor, **options):
    client = Client(**options)
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


PAGES = {
    "company": Role.FINANCE,
    "directory": Role.FINANCE,
    "preferences": Role.FINANCE,
    "tokens": Role.FINANCE,
    "notices": Role.FINANCE,
    "supplier-lists": Role.OFFICER,
    "supplier-profile": Role.BIDDER,
    "dead-letters": Role.PLATFORM_ADMIN,
}


@pytest.mark.parametrize(("name", "role"), PAGES.items())
def test_a_page_opens_for_its_role_and_asks_strangers_to_sign_in(name, role):
    assert browser(make_actor(role)).get(reverse(name)).status_code == 200

    stranger = Client().get(reverse(name))
    assert stranger.status_code == 302
    assert stranger["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["supplier-lists", "supplier-profile", "dead-letters"])
def test_a_page_of_another_role_is_refused(name):
    response = browser(make_actor(Role.FINANCE)).get(reverse(name))
    assert response.status_code == 403
    assert "access.forbidden" in response.content.decode()


def test_a_person_without_company_is_told_so():
    client = Client()
    client.force_login(make_user())
    response = client.get(reverse("company"))
    assert response.status_code == 403
    assert "access.not_a_member" in response.content.decode()
    assert client.get(reverse("preferences")).status_code == 200


def test_the_active_company_is_switched_by_post_among_ones_own():
    user = make_user()
    first = make_actor(Role.OFFICER, user=user)
    second = make_actor(Role.BIDDER, user=user)
    client = browser(first)
    names = {each.pk: each.legal_name for each in Company.objects.all()}
    assert names[first.company_id] in client.get(reverse("company")).content.decode()

    switch = reverse("company-switch")
    assert client.get(switch).status_code == 405
    moved = client.post(switch, {"company": second.company_id, "next": "/company/"})
    assert moved["Location"] == "/company/"
    assert f"<h1>{names[second.company_id]}</h1>" in client.get("/company/").content.decode()

    assert client.post(switch, {"company": make_company().pk}).status_code == 403
    assert client.post(switch, {"company": "nonsense"}).status_code == 403
    outward = client.post(switch, {"company": first.company_id, "next": "//evil.example"})
    assert outward["Location"] == "/"


def test_the_bell_counts_for_the_active_company_only():
    user = make_user()
    here, there = make_actor(Role.BIDDER, user=user), make_actor(Role.BIDDER, user=user)
    notify(recipients=[Recipient(user.pk, there.company_id)], kind="t", text="There", key="k1")
    assert "There" not in browser(here).get(reverse("notices")).content.decode()

    client = browser(here)
    client.post(reverse("company-switch"), {"company": there.company_id})
    assert "There" in client.get(reverse("notices")).content.decode()


def test_an_owner_changes_and_removes_a_member():
    owner = make_actor(Role.OWNER)
    client = browser(owner)
    liis = Membership.objects.get(
        pk=make_actor(Role.BIDDER, Company.objects.get(pk=owner.company_id)).membership_id
    )
    page = reverse("member", args=[liis.pk])
    change = {"role": "finance", "limit_amount": "250000", "limit_currency": "EUR"}
    load_all()

    assert client.post(page, {**change, "role": "arbiter"}).status_code == 422
    assert client.post(page, {**change, "limit_amount": "-1"}).status_code == 422
    assert client.post(page, change).status_code == 302
    liis.refresh_from_db()
    assert (liis.role, liis.limit_amount, liis.limit_currency) == ("finance", 250000, "EUR")
    client.post(reverse("member-remove", args=[liis.pk]))
    liis.refresh_from_db()
    assert not liis.active

    refused = client.post(reverse("member-remove", args=[owner.membership_id]), follow=True)
    assert "Name another one first" in refused.content.decode()
    itself = client.post(reverse("company-leave"), follow=True)
    assert "Name another one first" in itself.content.decode()
    strangers = make_actor(Role.BIDDER).membership_id
    for name in ("member", "member-remove"):
        assert client.post(reverse(name, args=[strangers]), change).status_code == 404


def test_a_members_list_takes_a_constant_number_of_queries(django_assert_max_num_queries):
    owner = make_actor(Role.OWNER)
    client = browser(owner)
    company = Company.objects.get(pk=owner.company_id)
    for turn in range(2):
        # Eight for members; two for invitations, one for the currencies of limits, two for gates,
        # two for the badge.
        with django_assert_max_num_queries(15):
            client.get(reverse("company"))
        for number in range(10):
            make_actor(Role.BIDDER, company)
            invite(actor=owner, email=f"new{turn}-{number}@company.example", role="bidder")


def test_a_tokens_secret_is_shown_once():
    actor = make_actor(Role.BIDDER)
    client = browser(actor)
    asked = {"name": "robot", "scopes": ["bid"], "days": "30"}
    shown = client.post(reverse("tokens"), asked, follow=True).content.decode()
    assert "ff_" in shown
    later = client.get(reverse("tokens")).content.decode()
    assert "robot" in later
    assert 'id="secret"' not in later

    token, _secret = make_token(make_actor(Role.BIDDER), name="theirs")
    assert client.post(reverse("token-revoke", args=[token.pk])).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_preferences_are_saved_and_checked():
    actor = make_actor(Role.BIDDER)
    client = browser(actor)
    wanted = {"full_name": "Andres Tamm", "language": "uk", "time_zone": "Europe/Kyiv"}
    saved = client.post(reverse("preferences"), wanted)
    assert saved.cookies["django_language"].value == "uk"
    assert User.objects.get(pk=actor.user_id).time_zone == "Europe/Kyiv"
    wrong = client.post(reverse("preferences"), {**wanted, "time_zone": "Mars/Olympus"})
    assert wrong.status_code == 422


def test_opening_a_notice_marks_it_read_and_leads_on():
    actor = make_actor(Role.BIDDER)
    notify(recipients=[Recipient(actor.user_id, actor.company_id)], kind="t",
           text="Look at {what}", data={"what": "this"}, link="/company/", key="k")  # fmt: skip
    client = browser(actor)
    assert "Look at this" in client.get(reverse("notices")).content.decode()
    notice = Notice.objects.get()

    opened = client.post(reverse("notice-open", args=[notice.pk]))

    assert opened["Location"] == "/company/"
    assert "Look at this" not in client.get("/notices/?unread=1").content.decode()
    other = browser(make_actor(Role.BIDDER))
    assert other.post(reverse("notice-open", args=[notice.pk])).status_code == 404


def test_a_supplier_list_is_worked_on_through_its_page():
    officer = make_actor(Role.OFFICER)
    client = browser(officer)
    made = client.post(reverse("supplier-lists"), {"name": "Steel"})
    steel = SupplierList.objects.get()
    assert made["Location"] == reverse("supplier-list", args=[steel.pk])
    assert client.post(reverse("supplier-lists"), {"name": "steel"}).status_code == 409

    seller = make_company(legal_name="Baltmet AS")
    page = reverse("supplier-list", args=[steel.pk])
    assert "Add Baltmet AS" in client.get(page, {"q": "balt"}).content.decode()
    client.post(reverse("supplier-list-add", args=[steel.pk, seller.pk]))
    assert 'Take off<span class="ff-vh"> Baltmet AS</span>' in client.get(page).content.decode()
    client.post(reverse("supplier-list-rename", args=[steel.pk]), {"name": "Structural steel"})
    assert "<h1>Structural steel</h1>" in client.get(page).content.decode()

    rival = browser(make_actor(Role.OFFICER))
    assert rival.get(page).status_code == 404
    assert rival.post(reverse("supplier-list-delete", args=[steel.pk])).status_code == 404
    client.post(reverse("supplier-list-remove", args=[steel.pk, seller.pk]))
    client.post(reverse("supplier-list-delete", args=[steel.pk]))
    assert not SupplierList.objects.exists()


def test_a_requester_reads_lists_and_changes_none():
    officer = make_actor(Role.OFFICER)
    company = Company.objects.get(pk=officer.company_id)
    steel = create_list(actor=officer, name="Steel")
    add_supplier(actor=officer, list_id=steel.pk, supplier_id=make_company().pk)
    client = browser(make_actor(Role.REQUESTER, company))

    page = client.get(reverse("supplier-list", args=[steel.pk]))
    assert page.status_code == 200
    assert reverse("supplier-list-delete", args=[steel.pk]) not in page.content.decode()
    assert client.post(reverse("supplier-list-delete", args=[steel.pk])).status_code == 403
    assert client.post(reverse("supplier-lists"), {"name": "x"}).status_code == 403
    assert SupplierList.objects.filter(pk=steel.pk).exists()


def test_a_profile_is_edited_with_categories_found_by_words():
    Category.objects.create(code="14622000-7", level=2, name_en="Steel")
    actor = make_actor(Role.BIDDER)
    client = browser(actor)
    found = client.get(reverse("category-choices"), {"q": "stee"}).content.decode()
    assert 'value="14622000-7"' in found
    form = {"contact_name": "A", "contact_email": "a@company.example", "regions": ["EE"]}

    saved = client.post(reverse("supplier-profile"), {**form, "category": ["14622000-7"]})
    assert saved.status_code == 302
    profile = SupplierProfile.objects.get(company_id=actor.company_id)
    assert [each.code for each in profile.categories.all()] == ["14622000-7"]
    assert "checked" in client.get(reverse("supplier-profile")).content.decode()
    wrong = client.post(reverse("supplier-profile"), {**form, "category": ["00000000-0"]})
    assert wrong.status_code == 422


def test_dead_letters_are_decided_by_the_administrator():
    letter = DeadLetter.objects.create(
        handler="h", source="outbox", subject="s", seq=1, type="thing", error="broken"
    )
    admin = browser(make_actor(Role.PLATFORM_ADMIN))
    discard = reverse("dead-letter-discard", args=[letter.pk])
    assert "broken" in admin.get(reverse("dead-letters")).content.decode()

    assert browser(make_actor(Role.OFFICER)).post(discard, {"reason": "x"}).status_code == 403
    admin.post(discard, {"reason": ""})
    letter.refresh_from_db()
    assert letter.state == "waiting"
    admin.post(discard, {"reason": "sent by hand"})
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("discarded", "sent by hand")
    assert "sent by hand" in admin.get("/platform/dead-letters/?all=1").content.decode()


def test_the_demonstration_loads_repeatedly_and_signs_in_with_one_click(settings, capsys):
    settings.DEMO = True
    for _again in range(2):
        call_command("loaddemo")
    assert "Kadri Mets" in capsys.readouterr().out
    kadri = personas().get(user__full_name="Kadri Mets")
    assert Membership.objects.filter(user=kadri.user).count() == 1
    assert not kadri.user.has_usable_password()
    assert SupplierList.objects.get(company=kadri.company).entries.count() == 6

    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("account_login"))
    url = reverse("demo-sign-in", args=[kadri.pk])
    assert url in page.content.decode()
    assert client.post(url).status_code == 403
    token = client.cookies["csrftoken"].value
    assert client.post(url, {"csrfmiddlewaretoken": token})["Location"] == "/"
    assert client.get(reverse("supplier-lists")).status_code == 200


def test_one_click_sign_in_is_for_demonstration_accounts_in_a_demonstration(settings):
    demo_actor = make_actor(Role.BIDDER, user=make_user(is_demo=True))
    real_actor = make_actor(Role.BIDDER)
    url = reverse("demo-sign-in", args=[demo_actor.membership_id])

    settings.DEMO = False
    assert Client().post(url).status_code == 404
    assert url not in Client().get(reverse("account_login")).content.decode()
    with pytest.raises(CommandError):
        call_command("loaddemo")

    settings.DEMO = True
    assert Client().get(url).status_code == 405
    client = Client()
    real = client.post(reverse("demo-sign-in", args=[real_actor.membership_id]))
    assert real.status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_mailbox_is_a_demonstrations(settings):
    actor, other = make_actor(Role.BIDDER), make_actor(Role.BIDDER)
    address = User.objects.get(pk=actor.user_id).email
    mail = MailboxMessage.objects.create(
        to=address, sender="x@y.example", subject="Invitation <b>", body="See http://a.example/"
    )
    page = reverse("mail", args=[mail.pk])
    settings.DEMO = False
    assert browser(actor).get(page).status_code == 404
    settings.DEMO = True
    shown = browser(actor).get(page).content.decode()
    assert "Invitation &lt;b&gt;" in shown
    assert browser(other).get(page).status_code == 404
    assert "Invitation" not in browser(other).get(reverse("mailbox")).content.decode()
    admin = browser(make_actor(Role.PLATFORM_ADMIN))
    assert "Invitation" in admin.get(reverse("mailbox")).content.decode()


def test_a_member_who_left_loses_the_page_with_the_next_request():
    user = make_user()
    owner = make_actor(Role.OWNER)
    membership = add_member(company_id=owner.company_id, user_id=user.pk, role=Role.BIDDER)
    client = Client()
    client.force_login(user)
    assert client.get(reverse("company")).status_code == 200
    browser(owner).post(reverse("member-remove", args=[membership.pk]))
    assert client.get(reverse("company")).status_code == 403


def test_a_newcomer_registers_a_company_and_the_operator_finds_it():
    user = make_user()
    client = Client()
    client.force_login(user)
    assert reverse("company-register") in client.get(reverse("company")).content.decode()
    form = {"legal_name": "Ukrmetal LLC", "country": "UA", "sells": "on",
            "registry_scheme": "UA-EDR", "registry_value": "32855961"}  # fmt: skip

    neither = {key: value for key, value in form.items() if key != "sells"}
    assert client.post(reverse("company-register"), neither).status_code == 422
    nowhere = client.post(reverse("company-register"), {**form, "registry_scheme": ""})
    assert nowhere.status_code == 422
    assert "Choose the register in which this number stands." in nowhere.content.decode()
    no_country = client.post(reverse("company-register"), {**form, "country": ""})
    assert no_country.status_code == 422  # none is chosen beforehand
    assert client.post(reverse("company-register"), form).status_code == 302
    assert client.post(reverse("company-register"), form).status_code == 409
    company = Company.objects.get(legal_name="Ukrmetal LLC")
    assert (company.standing, company.operates) == ("draft", False)
    assert Membership.objects.get(company=company, active=True).role == Role.OWNER

    operator = browser(make_actor(Role.PLATFORM_ADMIN))
    listed = operator.get("/platform/companies/?standing=draft").content.decode()
    assert "Ukrmetal LLC" in listed
    # Nobody verifies with one click: there is no such address, and a case needs two people.
    assert operator.post(f"/platform/companies/{company.pk}/verified/").status_code == 404
    company.refresh_from_db()
    assert company.standing == "draft"
