"""Members of a company: invited by a link, limited, logged; nobody stays without an owner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.core import mail
from django.db import DatabaseError, connections, transaction

from crm_core.access import invitations, keys, members
from crm_core.access.actor import Actor, load_actor
from crm_core.access.errors import AccessForbidden, NotAMember, PasswordWeak
from crm_core.access.exports import people_log
from crm_core.companies.errors import (
    AlreadyInvited,
    InvitationInvalid,
    InvitationNotFound,
    LastOwner,
    LimitExceeded,
    LimitInvalid,
    LimitOtherCurrency,
    RoleNotForCompany,
    TooManyInvitations,
)
from crm_core.companies.inviting import MOST_OPEN, invitation_by, link_secret, turn_down
from crm_core.companies.limits import Limit, check_limit
from crm_core.companies.models import Company, MemberInvitation, Membership, PeopleEntry, Role
from crm_core.people.models import User
from infra import relay
from kernel.clock import utc_now
from kernel.errors import FairfallError
from tests.people import make_actor, make_company, make_token, make_user

NEW = "liis.kask@company.example"


def company_of(actor: Actor) -> Company:
    return Company.objects.get(pk=actor.company_id)


def actions(actor: Actor) -> list[str]:
    return [each.action for each in members.people_log(actor)][::-1]


@pytest.mark.django_db
def test_somebody_without_an_account_joins_by_the_mailed_link(django_capture_on_commit_callbacks):
    owner = make_actor(Role.OWNER)
    with django_capture_on_commit_callbacks(execute=True):
        invitations.invite(
            actor=owner, email=" Liis.Kask@company.example ", role="bidder",
            limit_amount="250000.00", limit_currency="EUR",
        )  # fmt: skip
        relay.drain()
    sent = [each for each in mail.outbox if each.to == [NEW]]
    assert len(sent) == 1
    assert owner.company_name in sent[0].subject
    secret = sent[0].body.partition("/invitations/")[2].partition("/")[0]

    with pytest.raises(PasswordWeak):
        invitations.join_as_new(secret=secret, full_name="Liis", password="1234", language="en")
    assert not User.objects.filter(email=NEW).exists()
    joined = invitations.join_as_new(
        secret=secret, full_name="Liis Kask", password="correct horse", language="uk"
    )

    actor = load_actor(joined.user_id, owner.company_id)
    assert (actor.role, actor.limit) == (Role.BIDDER, Limit(Decimal("250000.00"), "EUR"))
    assert joined.user.language == "uk"
    assert authenticate(username=NEW, password="correct horse") == joined.user
    assert EmailAddress.objects.get(user=joined.user).verified
    with pytest.raises(InvitationInvalid):
        invitations.join_as_new(
            secret=secret, full_name="Again", password="correct horse", language="en"
        )
    assert actions(owner) == ["joined", "invited", "joined"]


@pytest.mark.django_db
def test_a_link_is_void_when_old_taken_back_sent_again_declined_or_changed():
    owner = make_actor(Role.OWNER)
    first = invitations.invite(actor=owner, email=NEW, role="bidder")
    old = link_secret(first)
    assert invitation_by(old).email == NEW
    again = invitations.send_again(actor=owner, invitation_id=first.pk)
    fresh = link_secret(again)

    for void in (old, fresh[:-1], "nonsense", ""):
        with pytest.raises(InvitationInvalid):
            invitation_by(void)
    MemberInvitation.objects.update(expires_at=utc_now() - timedelta(seconds=1))
    with pytest.raises(InvitationInvalid):
        invitation_by(fresh)
    MemberInvitation.objects.update(expires_at=utc_now() + timedelta(days=1))
    assert invitation_by(fresh).pk == first.pk
    invitations.revoke(actor=owner, invitation_id=first.pk)
    with pytest.raises(InvitationInvalid):
        invitation_by(fresh)
    with pytest.raises(InvitationNotFound):
        invitations.revoke(actor=owner, invitation_id=first.pk)

    second = invitations.invite(actor=owner, email=NEW, role="bidder")
    turn_down(secret=link_secret(second))
    with pytest.raises(InvitationInvalid):
        turn_down(secret=link_secret(second))
    assert actions(owner) == [
        "joined", "invited", "sent_again", "revoked", "invited", "declined",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_link_is_the_invited_persons_alone():
    owner, stranger = make_actor(Role.OWNER), make_user()
    known = make_user()
    made = invitations.invite(actor=owner, email=known.email, role="bidder")
    secret = link_secret(made)

    with pytest.raises(InvitationInvalid):
        invitations.join(user=stranger, secret=secret)
    with pytest.raises(InvitationInvalid):  # whoever has the link cannot take the account over
        invitations.join_as_new(
            secret=secret, full_name="X", password="correct horse", language="en"
        )
    assert (
        not Membership.objects.filter(company_id=owner.company_id)
        .exclude(user_id=owner.user_id)
        .exists()
    )
    assert invitations.join(user=known, secret=secret).user_id == known.pk


@pytest.mark.django_db
def test_invitations_are_an_owners_and_have_their_bounds(monkeypatch):
    owner = make_actor(Role.OWNER)
    bidder = make_actor(Role.BIDDER, company_of(owner))
    stranger = make_actor(Role.OWNER)
    made = invitations.invite(actor=owner, email=NEW, role="bidder")

    with pytest.raises(AccessForbidden):
        invitations.invite(actor=bidder, email="x@company.example", role="bidder")
    with pytest.raises(AccessForbidden):
        invitations.invitations(bidder)
    for attempt in (invitations.revoke, invitations.send_again):
        with pytest.raises(InvitationNotFound):
            attempt(actor=stranger, invitation_id=made.pk)
    with pytest.raises(AlreadyInvited):
        invitations.invite(actor=owner, email=NEW.upper(), role="finance")
    with pytest.raises(RoleNotForCompany):
        invitations.invite(actor=owner, email="x@company.example", role="verifier")
    for amount, currency in (("0", "EUR"), ("-5", "EUR"), ("1e3", "EUR"), ("10", "eur"), ("1", "")):
        with pytest.raises(LimitInvalid):
            invitations.invite(actor=owner, email="x@company.example", role="bidder",
                               limit_amount=amount, limit_currency=currency)  # fmt: skip
    monkeypatch.setattr("crm_core.companies.inviting.MOST_OPEN", 1)
    with pytest.raises(TooManyInvitations):
        invitations.invite(actor=owner, email="x@company.example", role="bidder")
    assert MOST_OPEN > 1
    assert list(invitations.invitations(owner)) == [made]


@pytest.mark.django_db
def test_the_log_is_append_only_numbered_and_told_to_owners_and_auditors():
    owner = make_actor(Role.OWNER)
    company = company_of(owner)
    auditor, bidder = make_actor(Role.AUDITOR, company), make_actor(Role.BIDDER, company)
    members.change_member(actor=owner, membership_id=bidder.membership_id, role="finance",
                          limit=("1000", "EUR"))  # fmt: skip
    members.change_member(actor=owner, membership_id=bidder.membership_id, limit=("", ""))
    members.remove_member(actor=owner, membership_id=bidder.membership_id)
    members.leave(actor=auditor)

    lines = list(members.people_log(owner).order_by("number"))
    assert [each.number for each in lines] == list(range(1, len(lines) + 1))
    told = [(each.action, each.before, each.after) for each in lines[3:]]
    assert told == [
        ("limit_changed", "", "1000.00 EUR"),
        ("role_changed", "bidder", "finance"),
        ("limit_changed", "1000.00 EUR", ""),
        ("removed", "", ""),
        ("left", "", ""),
    ]
    assert {each.by_id for each in lines[3:7]} == {owner.user_id}
    with pytest.raises(AccessForbidden):
        members.people_log(make_actor(Role.BIDDER, company))
    for statement in (
        lambda: PeopleEntry.objects.filter(pk=lines[0].pk).update(action="left"),
        lambda: PeopleEntry.objects.filter(pk=lines[0].pk).delete(),
    ):
        with pytest.raises(DatabaseError, match="only be added"), transaction.atomic():
            statement()
    csv = people_log(members.people_log(owner), "csv").decode("utf-8-sig")
    assert csv.splitlines()[0] == "No.,When,What,Who,Whom,Role,Before,After"
    assert len(csv.splitlines()) == 2 + len(lines)
    assert people_log(members.people_log(owner), "xlsx")[:2] == b"PK"


@pytest.mark.django_db
def test_leaving_ends_tokens_and_access_and_keeps_what_was_done():
    owner = make_actor(Role.OWNER)
    bidder = make_actor(Role.BIDDER, company_of(owner))
    elsewhere = make_actor(Role.BIDDER, user=User.objects.get(pk=bidder.user_id))
    _token, secret = make_token(bidder, name="robot")
    _other, kept = make_token(elsewhere, name="robot")

    members.leave(actor=bidder)

    with pytest.raises(NotAMember):
        load_actor(bidder.user_id, bidder.company_id)
    with pytest.raises(FairfallError):
        keys.token_of(secret)
    assert keys.token_of(kept).company_id == elsewhere.company_id
    assert load_actor(elsewhere.user_id, elsewhere.company_id).role == Role.BIDDER
    assert Membership.objects.get(pk=bidder.membership_id).left_at is not None
    with pytest.raises(LastOwner):
        members.leave(actor=owner)


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_owners_leaving_at_once_one_stays():
    company = make_company()
    owners = [make_actor(Role.OWNER, company) for _ in range(2)]

    def go(actor: Actor) -> str:
        try:
            members.leave(actor=actor)
        except LastOwner:
            return "stays"
        finally:
            connections.close_all()
        return "left"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, owners)) == ["left", "stays"]
    assert Membership.objects.filter(company=company, active=True, role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_used_twice_at_once_joins_once():
    owner, person = make_actor(Role.OWNER), make_user()
    secret = link_secret(invitations.invite(actor=owner, email=person.email, role="bidder"))

    def go(_number: int) -> str:
        try:
            invitations.join(user=person, secret=secret)
        except FairfallError as error:
            return error.code
        finally:
            connections.close_all()
        return "joined"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(go, range(4)))
    assert outcomes == ["companies.invitation_invalid"] * 3 + ["joined"]
    assert Membership.objects.filter(user=person, active=True).count() == 1


def test_a_limit_says_what_is_too_much_and_never_converts():
    limit = Limit(Decimal("1000.00"), "EUR")
    check_limit(None, Decimal("1e9"), "USD")
    check_limit(limit, Decimal("1000.00"), "EUR")
    with pytest.raises(LimitExceeded) as above:
        check_limit(limit, Decimal("1000.01"), "EUR")
    assert above.value.data == {"limit": "1000.00", "total": "1000.01", "currency": "EUR"}
    assert "1000.01 EUR" in above.value.message
    with pytest.raises(LimitOtherCurrency):
        check_limit(limit, Decimal(1), "USD")
