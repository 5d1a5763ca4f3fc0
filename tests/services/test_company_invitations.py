"""A company invites another by e-mail: the mail, the one-time link, what each side is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils.html import urlize

from buyers.models import SupplierListEntry
from buyers.services import create_list, delete_list, remove_supplier
from config.demo import companies
from config.demo import invited as demo
from crm_core.access import company_invitations
from crm_core.access.actor import Actor, load_actor
from crm_core.access.errors import (
    AccessForbidden,
    CompanyAlike,
    CompanyNotVerified,
    NotSignedIn,
    PasswordWeak,
    SupplierListUnknown,
)
from crm_core.companies import inviting_companies
from crm_core.companies.errors import (
    AlreadyInvited,
    CompanyInvalid,
    CompanyInvitationInvalid,
    CompanyNotYours,
    InvitationNotFound,
    InvitationTextTooLong,
    InvitedTooOften,
    TooManyInvitedToday,
)
from crm_core.companies.inviting_companies import invitation_by, link_secret
from crm_core.companies.models import Company, CompanyInvitation, Role, Standing
from crm_core.companies.services import set_standing
from crm_core.notifications.defused import defused
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.people.models import User
from crm_core.timeline.models import Account
from crm_core.timeline.wording import lines
from infra import relay
from kernel.clock import utc_now
from tests import verification_house as house_of
from tests.people import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db
NEW = "oksana@dnipro-stal.example"
FIRM = {"legal_name": "Dnipro Stal LLC", "country": "UA", "sells": True}


def invite(actor: Actor, **fields: Any) -> CompanyInvitation:
    return company_invitations.invite(
        actor=actor, **{"email": NEW, "name": "Dnipro Stal", **fields}
    )


def newcomer(invitation: CompanyInvitation) -> User:
    return company_invitations.come_as_new(
        secret=link_secret(invitation), full_name="Oksana Bilyk", password="correct horse",
        language="uk",
    )  # fmt: skip


def came(invitation: CompanyInvitation, **fields: Any) -> Company:
    """The invited company, registered."""
    made = company_invitations.register_invited(
        user=newcomer(invitation), secret=link_secret(invitation), **{**FIRM, **fields}
    )
    return made.company


def mailed(context: Any) -> Any:
    with context(execute=True):
        relay.drain()
    return [each for each in mail.outbox if each.to == [NEW]]


def secret_in(message: Any) -> str:
    found: str = message.body.partition("/welcome/")[2].partition("/")[0]
    return found


def stands(invitation: CompanyInvitation) -> str:
    invitation.refresh_from_db()
    return invitation.stands.value


def test_the_mailed_link_brings_a_company_once(django_capture_on_commit_callbacks):
    officer = make_actor(Role.OFFICER)
    made = invite(officer, email=f" {NEW.upper()} ", country="ua", message="We buy plate.")
    sent = mailed(django_capture_on_commit_callbacks)
    assert len(sent) == 1
    assert officer.company_name in sent[0].subject
    assert "> We buy plate." in sent[0].body
    secret = secret_in(sent[0])
    assert invitation_by(secret) == made

    with pytest.raises(PasswordWeak):
        company_invitations.come_as_new(
            secret=secret, full_name="Oksana", password="1234", language="uk"
        )
    assert not User.objects.filter(email=NEW).exists()
    user = newcomer(made)
    assert authenticate(username=NEW, password="correct horse") == user
    with pytest.raises(CompanyInvitationInvalid):
        newcomer(made)
    assert stands(made) == "open", "an account is not yet an answer"

    membership = company_invitations.register_invited(user=user, secret=secret, **FIRM)
    assert membership.role == Role.OWNER
    assert membership.company.standing == Standing.DRAFT
    made.refresh_from_db()
    assert (made.state, made.company, made.ended_by) == ("taken_up", membership.company, user)
    for again in (
        lambda: company_invitations.register_invited(user=user, secret=secret, **FIRM),
        lambda: company_invitations.answer_with(
            user=user, secret=secret, company_id=membership.company_id
        ),
        lambda: company_invitations.decline(secret=secret, user=user),
    ):
        with pytest.raises(CompanyInvitationInvalid):
            again()
    assert Company.objects.filter(legal_name=FIRM["legal_name"]).count() == 1


def test_a_link_is_void_when_old_taken_back_sent_again_or_declined():
    officer = make_actor(Role.OFFICER)
    first = invite(officer)
    old = link_secret(first)
    fresh = link_secret(company_invitations.send_again(actor=officer, invitation_id=first.pk))
    for void in (old, fresh[:-1], "nonsense", ""):
        with pytest.raises(CompanyInvitationInvalid):
            invitation_by(void)
    CompanyInvitation.objects.update(expires_at=utc_now() - timedelta(seconds=1))
    assert stands(first) == "expired"
    with pytest.raises(CompanyInvitationInvalid):
        invitation_by(fresh)
    again = company_invitations.send_again(actor=officer, invitation_id=first.pk)
    assert again.expires_at > utc_now() + timedelta(days=13)
    fresh = link_secret(again)
    assert invitation_by(fresh).pk == first.pk
    company_invitations.revoke(actor=officer, invitation_id=first.pk)
    with pytest.raises(CompanyInvitationInvalid):
        invitation_by(fresh)
    for attempt in (company_invitations.revoke, company_invitations.send_again):
        with pytest.raises(InvitationNotFound):
            attempt(actor=officer, invitation_id=first.pk)
    second = invite(officer)
    assert company_invitations.decline(secret=link_secret(second), user=make_user()).ended_by
    with pytest.raises(CompanyInvitationInvalid):
        invitation_by(link_secret(second))
    assert [stands(first), stands(second)] == ["revoked", "declined"]
    relay.drain()
    told = Notice.objects.get(recipient_id=officer.user_id, kind__startswith="company_invitation.")
    assert told.kind == "company_invitation.declined"
    assert told.data == {"company": "Dnipro Stal"}


def test_only_verified_buyers_officers_and_the_operator_invite():
    officer = make_actor(Role.OFFICER)
    company = Company.objects.get(pk=officer.company_id)
    stranger = make_actor(Role.OFFICER)
    made = invite(officer)
    assert invite(make_actor(Role.PLATFORM_ADMIN)).state == "open", "of another company"
    for role in (Role.OWNER, Role.BIDDER, Role.APPROVER, Role.REQUESTER, Role.AUDITOR):
        with pytest.raises(AccessForbidden):
            invite(make_actor(role, company), email="x@y.example")
    for attempt in (company_invitations.revoke, company_invitations.send_again):
        with pytest.raises(InvitationNotFound):
            attempt(actor=stranger, invitation_id=made.pk)
    assert list(company_invitations.invitations(make_actor(Role.OWNER, company))) == [made]
    assert list(company_invitations.invitations(stranger)) == []
    with pytest.raises(AccessForbidden):
        company_invitations.invitations(make_actor(Role.BIDDER, company))
    for standing in (Standing.DRAFT, Standing.SUSPENDED):
        set_standing(company_id=company.pk, standing=standing)
        with pytest.raises(CompanyNotVerified):
            invite(load_actor(officer.user_id, company.pk), email="x@y.example")


def test_what_is_written_has_its_bounds():
    officer = make_actor(Role.OFFICER)
    foreign = create_list(actor=make_actor(Role.OFFICER), name="Plate")
    for wrong, error, field in (
        ({"email": "nobody"}, CompanyInvalid, "email"),
        ({"name": " "}, CompanyInvalid, "name"),
        ({"country": "E1"}, CompanyInvalid, "country"),
        ({"language": "de"}, CompanyInvalid, "language"),
        ({"message": "x" * 1001}, InvitationTextTooLong, "message"),
        ({"list_id": foreign.pk}, SupplierListUnknown, "list_id"),
    ):
        with pytest.raises(error) as refused:
            invite(officer, **wrong)
        assert refused.value.field == field
    made = invite(officer, message="x" * 1000, name="A \r\n B")
    assert made.name == "A B"
    for wrong in (
        {"state": "taken_up"}, {"state": "unheard"}, {"message": "x" * 1001}, {"name": ""},
        {"company": officer.company_id}, {"state": "open", "ended_at": utc_now()},
        {"country": "e"}, {"language": "de"}, {"email": "A@b.example"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            CompanyInvitation.objects.filter(pk=made.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        CompanyInvitation.objects.create(
            inviter_id=officer.company_id, email=NEW, name="B", language="en",
            invited_by_id=officer.user_id, expires_at=utc_now(),
        )  # fmt: skip


def test_limits_by_day_by_address_and_by_invitation(monkeypatch):
    officer = make_actor(Role.OFFICER)
    first = invite(officer)
    with pytest.raises(AlreadyInvited):
        invite(officer, email=NEW.upper())
    assert invite(make_actor(Role.OFFICER)).state == "open", "another company may"
    CompanyInvitation.objects.filter(pk=first.pk).update(expires_at=utc_now())
    second = invite(officer)
    assert stands(first) == "expired", "what is over makes room"
    for _ in range(inviting_companies.MOST_SENT - 1):
        company_invitations.send_again(actor=officer, invitation_id=second.pk)
    with pytest.raises(InvitedTooOften):
        company_invitations.send_again(actor=officer, invitation_id=second.pk)
    company_invitations.revoke(actor=officer, invitation_id=second.pk)
    third = invite(officer)
    company_invitations.revoke(actor=officer, invitation_id=third.pk)
    with pytest.raises(InvitedTooOften):
        invite(officer)
    CompanyInvitation.objects.update(created_at=utc_now() - timedelta(days=31))
    last = invite(officer)

    monkeypatch.setattr(inviting_companies, "MOST_A_DAY", 4)
    for attempt in (
        lambda: invite(officer, email="x@y.example"),
        lambda: company_invitations.send_again(actor=officer, invitation_id=last.pk),
    ):
        with pytest.raises(TooManyInvitedToday):
            attempt()
    assert invite(make_actor(Role.OFFICER), email="x@y.example")
    CompanyInvitation.objects.update(sent_at=utc_now() - timedelta(days=1))
    assert invite(officer, email="x@y.example")


def test_the_answer_never_tells_who_has_an_account(django_capture_on_commit_callbacks):
    """The inviter gets the same for somebody who sells here and for nobody; the mail differs."""
    officer = make_actor(Role.OFFICER)
    known = make_user(email=NEW)
    make_actor(Role.BIDDER, user=known)
    told = [invite(officer, email=address) for address in (NEW, "nobody@new.example")]
    kept = [
        {
            name: value for name, value in vars(each).items()
            if name not in {"_state", "id", "email", "created_at", "sent_at", "expires_at"}
        }
        for each in told
    ]  # fmt: skip
    assert kept[0] == kept[1]
    with django_capture_on_commit_callbacks(execute=True):
        relay.drain()
    bodies = {each.to[0]: each.body for each in mail.outbox}
    assert "sign in" in bodies[NEW]
    assert "set your name and a password" in bodies["nobody@new.example"]
    assert [stands(each) for each in told] == ["open", "open"]
    assert not Notice.objects.filter(recipient_id=officer.user_id, kind__startswith="company_inv")


def test_a_link_is_the_invited_persons_alone():
    officer = make_actor(Role.OFFICER)
    known = make_user(email=NEW)
    made = invite(officer)
    secret = link_secret(made)
    with pytest.raises(CompanyInvitationInvalid):
        company_invitations.register_invited(user=make_user(), secret=secret, **FIRM)
    with pytest.raises(CompanyInvitationInvalid):  # whoever has the link takes no account over
        newcomer(made)
    User.objects.filter(pk=known.pk).update(is_active=False)
    known.refresh_from_db()
    with pytest.raises(NotSignedIn):
        company_invitations.register_invited(user=known, secret=secret, **FIRM)
    assert stands(made) == "open"


def test_a_person_answers_with_a_company_they_act_for():
    officer = make_actor(Role.OFFICER)
    known = make_user(email=NEW)
    own = make_actor(Role.BIDDER, user=known)
    finance = make_actor(Role.FINANCE, user=known)
    inviters = make_actor(Role.OWNER, Company.objects.get(pk=officer.company_id), known)
    strangers = make_company()
    plate = create_list(actor=officer, name="Plate")
    secret = link_secret(made := invite(officer, list_id=plate.pk))
    for wrong in (finance.company_id, inviters.company_id, strangers.pk):
        with pytest.raises(CompanyNotYours):
            company_invitations.answer_with(user=known, secret=secret, company_id=wrong)
    assert stands(made) == "open"
    company_invitations.answer_with(user=known, secret=secret, company_id=own.company_id)
    assert stands(made) == "taken_up"
    assert made.company_id == own.company_id
    relay.drain()
    listed = SupplierListEntry.objects.get(list=plate)
    assert listed.supplier_id == own.company_id, "it is verified: nothing to wait for"


def test_a_company_alike_is_asked_about_and_the_link_stays_good():
    officer = make_actor(Role.OFFICER)
    make_company(**{**FIRM, "registry_scheme": "", "registry_value": ""})
    made = invite(officer)
    user, secret = newcomer(made), link_secret(made)
    with pytest.raises(CompanyAlike):
        company_invitations.register_invited(user=user, secret=secret, **FIRM)
    assert stands(made) == "open"
    assert company_invitations.register_invited(
        user=user, secret=secret, **FIRM, is_another=True
    ).company_id
    assert stands(made) == "taken_up"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("invites your company to Fairfall", "two weeks", "set your name and a password")),
        ("ru", ("приглашает вашу компанию на Fairfall", "две недели", "задайте имя и пароль")),
        ("uk", ("запрошує вашу компанію на Fairfall", "два тижні", "вкажіть ім’я та пароль")),
    ],
)
def test_the_mail_in_three_languages(language, words, django_capture_on_commit_callbacks):
    officer = make_actor(Role.OFFICER)
    text = "See https://evil.example/x?a=b\nor www.evil.example, me@evil.example"
    invite(officer, language=language, name="Visit evil.example now", message=text)
    (sent,) = mailed(django_capture_on_commit_callbacks)
    whole = sent.subject + "\n" + sent.body
    for each in words:
        assert each in whole
    assert whole.count("/welcome/") == 1
    assert "evil.example" not in whole
    assert "> See https[:]//evil[.]example/x?a=b" in sent.body
    assert "me[at]evil[.]example" in sent.body
    assert "\n\n\n" not in sent.body


def test_what_looks_like_an_address_is_defused_and_prose_is_not():
    assert defused("Plate 10.5 t, 28.11.2026. We wait: soon.") == (
        "Plate 10.5 t, 28.11.2026. We wait: soon."
    )
    assert (
        defused("javascript:alert(1) mailto:a@b.cd") == "javascript[:]alert(1) mailto[:]a[at]b[.]cd"
    )
    assert defused("пример.укр") == "пример[.]укр"
    for text in ("https://a.com/x.y?z=1", "abc.com", "www.a.com/b", "me@a.com",
                 "HTTP://A.COM", "(https://a.com:8000/)"):  # fmt: skip
        assert "href" in urlize(text)
        assert "href" not in urlize(defused(text)), text


def test_the_mail_is_not_sent_for_what_ended_or_was_sent_again(django_capture_on_commit_callbacks):
    officer = make_actor(Role.OFFICER)
    made = invite(officer)
    company_invitations.send_again(actor=officer, invitation_id=made.pk)
    sent = mailed(django_capture_on_commit_callbacks)
    assert len(sent) == 1
    assert invitation_by(secret_in(sent[0])) == made
    gone = invite(officer, email="gone@company.example")
    company_invitations.revoke(actor=officer, invitation_id=gone.pk)
    relay.drain()
    assert not OutgoingMail.objects.filter(to="gone@company.example").exists()


@pytest.mark.usefixtures("documents_apart", "screening_not_required")
def test_the_inviter_is_told_each_step_once_and_the_list_is_joined(documents_apart: Path):
    officer = make_actor(Role.OFFICER)
    plate = create_list(actor=officer, name="Plate")
    made = invite(officer, list_id=plate.pk)
    house = house_of.build()
    owner = User.objects.get(pk=house.owner.user_id)
    CompanyInvitation.objects.filter(pk=made.pk).update(email=owner.email)
    made.refresh_from_db()

    def told() -> list[str]:
        relay.drain()
        kinds = Notice.objects.filter(
            recipient_id=officer.user_id, kind__startswith="company_invitation."
        )
        return [each.kind.partition(".")[2] for each in kinds.order_by("created_at", "id")]

    def listed() -> list[Any]:
        return list(SupplierListEntry.objects.values_list("list_id", "supplier_id"))

    company_invitations.answer_with(
        user=owner, secret=link_secret(made), company_id=house.company.pk
    )
    assert told() == ["joined"]
    house_of.submit(house)
    assert told() == ["joined", "submitted"]
    assert listed() == []
    house_of.propose(house, risk="low")
    house_of.review.confirm(actor=house.checker, company_id=house.company.pk)
    assert told() == ["joined", "submitted", "verified"]
    assert listed() == [(plate.pk, house.company.pk)]

    remove_supplier(actor=officer, list_id=plate.pk, supplier_id=house.company.pk)
    for standing in (Standing.SUSPENDED, Standing.VERIFIED):
        set_standing(company_id=house.company.pk, standing=standing)
    assert told() == ["joined", "submitted", "verified"]
    assert listed() == [], "taken off by hand, it stays off"
    with_mail = OutgoingMail.objects.filter(to=User.objects.get(pk=officer.user_id).email)
    assert with_mail.filter(key__startswith="invited:").count() == 2


def test_who_sells_nothing_or_whose_list_is_gone_joins_no_list():
    officer = make_actor(Role.OFFICER)
    kept, gone = (create_list(actor=officer, name=name) for name in ("Kept", "Gone"))
    buyer = came(invite(officer, list_id=kept.pk), sells=False, buys=True)
    other = invite(officer, email="b@b.example", list_id=gone.pk)
    delete_list(actor=officer, list_id=gone.pk)
    seller = company_invitations.register_invited(
        user=newcomer(other), secret=link_secret(other), legal_name="Zaporizhia Plate",
        country="UA", sells=True,
    ).company  # fmt: skip
    for company in (buyer, seller):
        set_standing(company_id=company.pk, standing=Standing.VERIFIED)
    relay.drain()
    assert not SupplierListEntry.objects.exists()


def test_both_timelines_and_the_operators_tell_it():
    operator = make_actor(Role.PLATFORM_ADMIN)
    officer = make_actor(Role.OFFICER)
    made = invite(officer)
    CompanyInvitation.objects.update(created_at=utc_now() - timedelta(days=3))
    company = came(made)
    relay.drain()
    relay.drain()

    def told(owner: Any, partner: Any) -> list[str]:
        account = Account.objects.get(owner_id=owner, partner_id=partner)
        found = account.interactions.order_by("-last_at")
        return [each.text for each in lines(found, account.partner)]

    assert told(officer.company_id, company.pk) == [
        "Dnipro Stal LLC joined at your invitation.",
        "You invited Dnipro Stal LLC to the platform.",
    ]
    name = officer.company_name
    assert told(company.pk, officer.company_id) == [
        f"You joined at the invitation of {name}.", f"{name} invited you to the platform.",
    ]  # fmt: skip
    assert told(operator.company_id, company.pk) == [
        f"Dnipro Stal LLC joined at the invitation of {name}.",
        f"Dnipro Stal LLC was invited to the platform by {name}.",
    ]


def test_the_demonstration_shows_every_state_and_is_loaded_once():
    companies.load(lambda _line: None)
    for _ in range(2):
        demo.load(lambda _line: None)
    found = CompanyInvitation.objects.all()
    assert len(found) == len(demo.OF_THE_BUYER) + len(demo.OF_THE_OPERATOR)
    assert {each.stands.value for each in found} == set(CompanyInvitation.State.values)
    assert {each.inviter.reference for each in found} == {"pohja-energia", "fairfall-operations"}
    relay.drain()
    assert OutgoingMail.objects.filter(to="sales@dnipro-stal.example", language="uk").exists()
