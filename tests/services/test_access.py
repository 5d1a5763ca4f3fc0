"""Who may do what: actors, standings, members, tokens and tickets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, connections, transaction

from crm_core.access import invitations, keys, members
from crm_core.access.actor import Actor, Nobody, actor_for, load_actor
from crm_core.access.capabilities import NEEDS_VERIFIED, ROLE_CAPABILITIES, Capability
from crm_core.access.errors import (
    AccessForbidden,
    CompanyNotVerified,
    CompanyRequired,
    NotAMember,
    NotSignedIn,
    TicketInvalid,
    TokenInvalid,
    TokenNotFound,
)
from crm_core.access.models import ApiToken, SocketTicket
from crm_core.access.tickets import issue_ticket, redeem_ticket
from crm_core.companies.errors import AlreadyMember, CompanyTaken, LastOwner, RoleNotForCompany
from crm_core.companies.inviting import link_secret
from crm_core.companies.models import Company, Membership, Role, Standing
from crm_core.companies.services import create_company, set_standing
from crm_core.people.models import User
from crm_core.people.services import deactivate_user
from infra.models import OutboxMessage
from kernel.errors import FairfallError, catalog
from tests.people import make_actor, make_company, make_token, make_user

pytestmark = pytest.mark.django_db


def test_an_actor_is_loaded_with_one_query(django_assert_num_queries):
    actor = make_actor(Role.BIDDER)

    with django_assert_num_queries(1):
        again = load_actor(actor.user_id, actor.company_id)

    assert again == actor
    assert again.can(Capability.AUCTION_BID)
    assert not again.can(Capability.AUCTION_RUN)


def test_an_ended_membership_or_inactive_user_is_no_actor():
    owner = make_actor(Role.OWNER)
    company = Company.objects.get(pk=owner.company_id)
    bidder = make_actor(Role.BIDDER, company)

    members.remove_member(actor=owner, membership_id=bidder.membership_id)
    with pytest.raises(NotAMember):
        load_actor(bidder.user_id, company.pk)

    deactivate_user(user_id=owner.user_id)
    with pytest.raises(NotAMember):
        load_actor(owner.user_id, company.pk)


def test_a_former_member_may_return_and_history_stays():
    owner = make_actor(Role.OWNER)
    company = Company.objects.get(pk=owner.company_id)
    bidder = make_actor(Role.BIDDER, company)
    members.remove_member(actor=owner, membership_id=bidder.membership_id)

    user = User.objects.get(pk=bidder.user_id)
    made = invitations.invite(actor=owner, email=user.email, role="finance")
    invitations.join(user=user, secret=link_secret(made))

    rows = Membership.objects.filter(user=user, company=company).order_by("joined_at")
    assert [(row.role, row.active, row.left_at is None) for row in rows] == [
        ("bidder", False, False),
        ("finance", True, True),
    ]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_exactly_what_the_table_says(role):
    actor = make_actor(role)

    for capability in Capability:
        if capability in ROLE_CAPABILITIES[role]:
            actor.require(capability)
        else:
            with pytest.raises(AccessForbidden):
                actor.require(capability)


def test_verifier_and_administrator_reach_no_auction():
    for role in (Role.VERIFIER, Role.PLATFORM_ADMIN):
        held = ROLE_CAPABILITIES[role]
        assert not held & {Capability.AUCTION_BID, Capability.AUCTION_RUN, Capability.TENDER_READ}


@pytest.mark.parametrize("standing", [Standing.DRAFT, Standing.SUSPENDED])
def test_a_company_without_verification_does_not_trade(standing):
    actor = make_actor(Role.BIDDER)
    set_standing(company_id=actor.company_id, standing=standing)

    later = load_actor(actor.user_id, actor.company_id)

    assert not later.capabilities & NEEDS_VERIFIED
    with pytest.raises(CompanyNotVerified):
        later.require(Capability.AUCTION_BID)


def test_nobody_may_nothing():
    stranger = Nobody(signed_in=False)
    assert not stranger
    for capability in Capability:
        assert not stranger.can(capability)
    with pytest.raises(NotSignedIn):
        stranger.require(Capability.AUCTION_WATCH)
    with pytest.raises(NotAMember):
        Nobody(signed_in=True).require(Capability.AUCTION_WATCH)


def test_the_company_must_be_named_by_whoever_acts_for_several():
    user = make_user()
    with pytest.raises(NotAMember):
        actor_for(user)
    first = make_actor(Role.BIDDER, user=user)
    assert actor_for(user) == first
    second = make_actor(Role.OFFICER, user=user)
    with pytest.raises(CompanyRequired):
        actor_for(user)
    assert actor_for(user, second.company_id) == second
    with pytest.raises(NotAMember):
        actor_for(user, make_company().pk)


def test_an_address_is_one_person_whatever_its_case():
    user = make_user(email="Kadri.Mets@Company.Example")

    assert user.email == "kadri.mets@company.example"
    assert authenticate(email="KADRI.METS@company.example", password="correct horse") == user
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="kadri.mets@company.example", full_name="Twin")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Kadri.Mets@company.example")


def test_a_register_number_belongs_to_one_company_and_a_side_is_needed():
    make_company(registry_value="77700001")
    with pytest.raises(CompanyTaken):
        make_company(registry_value="77700001")
    for wrong in ({"country": "ee"}, {"buys": False, "sells": False}, {"legal_name": " "}):
        with pytest.raises(FairfallError) as refusal:
            create_company(
                **{"legal_name": "X", "country": "EE", "buys": True, "sells": True, **wrong}
            )
        assert refusal.value.code == "companies.invalid"
    assert not Company.objects.filter(legal_name__in=("X", "")).exists()


def test_members_are_changed_by_managers_only_and_an_owner_remains():
    owner = make_actor(Role.OWNER)
    company = Company.objects.get(pk=owner.company_id)
    officer = make_actor(Role.OFFICER, company)

    with pytest.raises(AccessForbidden):
        members.change_member(actor=officer, membership_id=officer.membership_id, role="owner")
    with pytest.raises(LastOwner):
        members.change_member(actor=owner, membership_id=owner.membership_id, role="officer")
    with pytest.raises(LastOwner):
        members.remove_member(actor=owner, membership_id=owner.membership_id)
    with pytest.raises(RoleNotForCompany):
        members.change_member(actor=owner, membership_id=officer.membership_id, role="arbiter")
    with pytest.raises(AlreadyMember):
        invitations.invite(
            actor=owner, email=User.objects.get(pk=officer.user_id).email, role="bidder"
        )

    members.change_member(actor=owner, membership_id=officer.membership_id, role="owner")
    members.remove_member(actor=owner, membership_id=owner.membership_id)
    assert load_actor(officer.user_id, company.pk).role == Role.OWNER


def test_another_companys_member_is_out_of_reach():
    owner, stranger = make_actor(Role.OWNER), make_actor(Role.BIDDER)

    for attempt in (
        lambda: members.remove_member(actor=owner, membership_id=stranger.membership_id),
        lambda: members.change_member(
            actor=owner, membership_id=stranger.membership_id, role="finance"
        ),
    ):
        with pytest.raises(FairfallError) as refusal:
            attempt()
        assert refusal.value.code == "companies.member_not_found"
    assert load_actor(stranger.user_id, stranger.company_id).role == Role.BIDDER


def test_membership_changes_are_announced_in_the_same_transaction():
    owner = make_actor(Role.OWNER)
    made = invitations.invite(actor=owner, email="new@company.example", role="bidder")
    member = invitations.join_as_new(
        secret=link_secret(made), full_name="New", password="correct horse", language="en"
    )
    subject = f"urn:fairfall:company:{owner.company_id}"
    last = OutboxMessage.objects.filter(subject=subject).last()
    assert last is not None
    assert (last.type, last.payload["user_id"]) == ("company.member_added", str(member.user_id))
    assert last.actor == f"urn:fairfall:user:{member.user_id}"


def test_a_token_works_until_revoked_and_only_its_hash_is_kept():
    actor = make_actor(Role.BIDDER)
    token, secret = make_token(actor, name="bidding robot")

    assert secret not in str(ApiToken.objects.values().get(pk=token.pk))
    assert keys.token_of(secret) == token
    with pytest.raises(TokenInvalid):
        keys.token_of(secret[:-1])
    with pytest.raises(TokenNotFound):
        keys.revoke_token(actor=make_actor(Role.BIDDER), token_id=token.pk)

    keys.revoke_token(actor=actor, token_id=token.pk)
    with pytest.raises(TokenInvalid):
        keys.token_of(secret)


def test_leaving_the_company_revokes_its_tokens():
    owner = make_actor(Role.OWNER)
    bidder = make_actor(Role.BIDDER, Company.objects.get(pk=owner.company_id))
    _token, secret = make_token(bidder, name="robot")

    members.remove_member(actor=owner, membership_id=bidder.membership_id)

    with pytest.raises(TokenInvalid):
        keys.token_of(secret)


def test_a_ticket_admits_once_and_not_late():
    actor = make_actor(Role.BIDDER)
    ticket, _expires = issue_ticket(actor=actor)

    assert redeem_ticket(ticket).actor == actor
    with pytest.raises(TicketInvalid):
        redeem_ticket(ticket)

    late, expires = issue_ticket(actor=actor)
    SocketTicket.objects.update(expires_at=expires - timedelta(minutes=1))
    with pytest.raises(TicketInvalid):
        redeem_ticket(late)


@pytest.mark.django_db(transaction=True)
def test_of_many_sockets_with_one_ticket_one_is_admitted():
    ticket, _expires = issue_ticket(actor=make_actor(Role.BIDDER))

    def redeem(_number: int) -> Actor | None:
        try:
            return redeem_ticket(ticket).actor
        except TicketInvalid:
            return None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        admitted = [actor for actor in pool.map(redeem, range(8)) if actor]

    assert len(admitted) == 1


def test_error_codes_are_unique():
    codes = [error.code for error in catalog()]
    assert len(codes) == len(set(codes))
    assert "access.forbidden" in codes
