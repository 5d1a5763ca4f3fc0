"""API tokens: scopes, expiry, names, limits, what their people and companies see of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils.translation import override
from pytest_django import Settings

from crm_core.access import keys, members
from crm_core.access.actor import Actor, ByToken, load_actor
from crm_core.access.capabilities import ROLE_CAPABILITIES, Capability
from crm_core.access.errors import (
    AccessForbidden,
    CompanyNotVerified,
    PersonRequired,
    ScopeMissing,
    ScopeNotOffered,
    ScopesMissing,
    TicketInvalid,
    TokenExpired,
    TokenExpiryPast,
    TokenExpiryTooLate,
    TokenInvalid,
    TokenNameMissing,
    TokenNotFound,
    TooManyTokens,
)
from crm_core.access.models import ApiToken
from crm_core.access.scopes import DESCRIPTIONS, SCOPE_CAPABILITIES, Scope, offered, scope_for
from crm_core.access.tasks import tell_of_ends
from crm_core.access.tickets import issue_ticket, redeem_ticket
from crm_core.companies.models import Company, PeopleAction, Role, Standing
from crm_core.companies.people_log import people_log
from crm_core.companies.services import set_standing
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.people.models import User
from crm_core.people.origin import Origin
from crm_core.people.security import Kind, events
from infra import relay
from kernel.clock import utc_now
from tests.people import expire, make_actor, make_token

pytestmark = pytest.mark.django_db


def by_token(actor: Actor, *scopes: str) -> Actor:
    """The same person by a token of these scopes."""
    return load_actor(actor.user_id, actor.company_id, ByToken(uuid4(), frozenset(scopes)))


def colleague(owner: Actor, role: Role = Role.BIDDER) -> Actor:
    return make_actor(role, Company.objects.get(pk=owner.company_id))


def refused(kind: type[Exception], **changes: Any) -> None:
    """A token that would be made but for the changes is not."""
    actor = changes.pop("actor", None) or make_actor(Role.BIDDER)
    given = {"name": "ERP", "scopes": ["read"], "expires_at": utc_now() + timedelta(days=30)}
    with pytest.raises(kind):
        keys.create_token(actor=actor, **{**given, **changes})
    assert not ApiToken.objects.filter(user_id=actor.user_id).exists()


# Scopes -----------------------------------------------------------------------------------


def test_every_capability_is_in_a_scope_that_can_be_given():
    given = [held for scope, held in SCOPE_CAPABILITIES.items() if scope is not Scope.FULL]
    assert frozenset().union(*given) == set(Capability)
    assert set(SCOPE_CAPABILITIES) == set(DESCRIPTIONS) == set(Scope)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_can_give_whatever_it_has_and_nothing_it_has_no_use_for(role: Role):
    scopes = offered(role)

    assert (
        frozenset().union(*(SCOPE_CAPABILITIES[each] for each in scopes))
        >= (ROLE_CAPABILITIES[role])
    )
    assert Scope.FULL not in scopes
    for scope in scopes:
        assert scope is Scope.READ or SCOPE_CAPABILITIES[scope] & ROLE_CAPABILITIES[role]
    assert (Scope.BID in scopes) == (Capability.AUCTION_BID in ROLE_CAPABILITIES[role])
    assert (Scope.TENDERS in scopes) == (Capability.TENDER_EDIT in ROLE_CAPABILITIES[role])


@pytest.mark.parametrize("role", list(Role))
def test_a_program_may_what_both_its_role_and_its_scope_carry(role: Role):
    person = make_actor(role)
    for scope, capability in product(Scope, Capability):
        program = by_token(person, scope)
        assert program.capabilities == person.capabilities & SCOPE_CAPABILITIES[scope]
        if capability not in ROLE_CAPABILITIES[role]:
            with pytest.raises(AccessForbidden):
                program.require(capability)
        elif capability not in SCOPE_CAPABILITIES[scope]:
            with pytest.raises(ScopeMissing) as refusal:
                program.require(capability)
            assert refusal.value.data == {"scope": scope_for(capability).value}
        else:
            program.require(capability)


def test_the_standing_of_the_company_holds_for_programs_too():
    actor = make_actor(Role.BIDDER)
    set_standing(company_id=actor.company_id, standing=Standing.DRAFT)

    with pytest.raises(CompanyNotVerified):
        by_token(actor, "bid").require(Capability.AUCTION_BID)
    with pytest.raises(ScopeMissing):
        by_token(actor, "read").require(Capability.AUCTION_BID)


def test_only_a_person_handles_tokens_leaves_and_changes_its_own_role():
    owner = make_actor(Role.OWNER)
    token, _ = make_token(owner)
    for program in (by_token(owner, *Scope.values), by_token(owner, "full")):
        for attempt in (
            lambda by=program: make_token(by),
            lambda by=program: keys.tokens(by),
            lambda by=program: keys.ended_tokens(by),
            lambda by=program: keys.rename_token(actor=by, token_id=token.pk, name="Mine"),
            lambda by=program: keys.revoke_token(actor=by, token_id=token.pk),
            lambda by=program: keys.company_tokens(by),
            lambda by=program: keys.revoke_company_token(actor=by, token_id=token.pk),
            lambda by=program: members.leave(actor=by),
            lambda by=program: members.change_member(
                actor=by, membership_id=owner.membership_id, role="officer"
            ),
        ):
            with pytest.raises(PersonRequired):
                attempt()
    token.refresh_from_db()
    assert (token.name, token.revoked_at) == ("ERP", None)


# Making one -------------------------------------------------------------------------------


def test_a_token_keeps_its_scopes_in_the_order_of_the_table_and_its_end():
    actor = make_actor(Role.BIDDER)
    end = utc_now() + timedelta(days=90)

    token, secret = keys.create_token(
        actor=actor, name=" ERP ", scopes=["bid", "read"], expires_at=end
    )

    kept = keys.token_of(secret)
    assert (kept.name, kept.scopes, kept.expires_at) == ("ERP", ["read", "bid"], end)
    assert events(actor.user_id).get(kind=Kind.TOKEN_CREATED).what == "ERP: read, bid"
    with override("en"):
        assert token.scope_labels == ["Read", "Bid"]


def test_what_cannot_be_made():
    refused(TokenNameMissing, name="  ")
    refused(ScopesMissing, scopes=[])
    refused(ScopeNotOffered, scopes=["read", "tenders"])
    refused(ScopeNotOffered, scopes=["full"])
    refused(ScopeNotOffered, scopes=["everything"])
    refused(TokenExpiryPast, expires_at=utc_now())


def test_the_operator_says_how_long_a_token_may_work(settings: Settings):
    settings.API_TOKEN_LONGEST_DAYS = 60
    refused(TokenExpiryTooLate, expires_at=utc_now() + timedelta(days=61))
    refused(TokenExpiryTooLate, expires_at=None)
    assert keys.usual_expiry() <= utc_now() + timedelta(days=60)

    settings.API_TOKEN_LONGEST_DAYS = 0
    actor = make_actor(Role.BIDDER)
    _, secret = keys.create_token(actor=actor, name="ERP", scopes=["bid"], expires_at=None)
    assert keys.token_of(secret).expires_at is None


def test_the_database_knows_the_scopes_and_which_way_time_goes():
    token, _ = make_token(make_actor(Role.BIDDER))
    for wrong in (
        {"scopes": []},
        {"scopes": ["read", "everything"]},
        {"expires_at": token.created_at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.filter(pk=token.pk).update(**wrong)


def test_a_token_made_before_there_were_scopes_may_everything_and_says_so():
    actor = make_actor(Role.OFFICER)
    old = ApiToken.objects.create(
        user_id=actor.user_id, company_id=actor.company_id, name="old", prefix="ff_old",
        secret_hash=keys.hashed("ff_old"),
    )  # fmt: skip
    old.refresh_from_db()

    assert (old.scopes, old.expires_at) == (["full"], None)
    with override("en"):
        assert old.scope_labels == ["Everything the person may do"]
    program = load_actor(actor.user_id, actor.company_id, keys.by_token(keys.token_of("ff_old")))
    assert program.capabilities == actor.capabilities


@pytest.mark.django_db(transaction=True)
def test_twenty_work_at_once_and_no_more_however_fast_they_are_asked_for():
    actor = make_actor(Role.BIDDER)
    for _ in range(keys.MOST_WORKING - 1):
        make_token(actor)

    def one_more(_number: int) -> bool:
        try:
            make_token(actor)
        except TooManyTokens:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one_more, range(4))) == [False, False, False, True]

    found = ApiToken.objects.filter(user_id=actor.user_id)
    expire(found[0])
    make_token(actor)
    keys.revoke_token(actor=actor, token_id=keys.tokens(actor)[0].pk)
    make_token(actor)
    make_token(make_actor(Role.BIDDER, user=User.objects.get(pk=actor.user_id)))
    assert keys.tokens(actor).count() == keys.MOST_WORKING


# Using and ending -------------------------------------------------------------------------


def test_the_last_use_is_noted_with_where_it_came_from_once_a_minute():
    token, secret = make_token(make_actor(Role.BIDDER))
    first = Origin("192.0.2.7", "robot/1.0")

    keys.token_of(secret, first)
    keys.token_of(secret, Origin("192.0.2.8", "robot/2.0"))
    token.refresh_from_db()
    assert (token.last_ip, token.last_user_agent) == ("192.0.2.7", "robot/1.0")

    ApiToken.objects.filter(pk=token.pk).update(last_used_at=utc_now() - timedelta(minutes=2))
    keys.token_of(secret, Origin("192.0.2.8", "robot/2.0"))
    token.refresh_from_db()
    assert (token.last_ip, token.last_user_agent) == ("192.0.2.8", "robot/2.0")


def test_an_expired_token_is_refused_with_its_own_code_and_so_is_its_ticket():
    actor = make_actor(Role.BIDDER)
    token, secret = make_token(actor)
    program = load_actor(actor.user_id, actor.company_id, keys.by_token(token))
    early, _ = issue_ticket(actor=program)
    late, _ = issue_ticket(actor=program)
    assert redeem_ticket(early).actor == program

    expire(token)

    with pytest.raises(TokenExpired):
        keys.token_of(secret)
    with pytest.raises(TokenExpired):
        redeem_ticket(late)
    keys_now = keys.standings_of([token.pk])
    assert keys_now == {token.pk: TokenExpired()}
    with pytest.raises(TokenNotFound):
        keys.rename_token(actor=actor, token_id=token.pk, name="Again")
    with pytest.raises(TokenNotFound):
        keys.revoke_token(actor=actor, token_id=token.pk)


def test_a_revoked_token_opens_no_socket_by_a_ticket_got_before():
    actor = make_actor(Role.BIDDER)
    token, _ = make_token(actor)
    ticket, _ = issue_ticket(
        actor=load_actor(actor.user_id, actor.company_id, keys.by_token(token))
    )
    keys.revoke_token(actor=actor, token_id=token.pk)

    with pytest.raises(TicketInvalid):
        redeem_ticket(ticket)


def test_a_new_name_is_logged_once():
    actor = make_actor(Role.BIDDER)
    token, _ = make_token(actor, name="ERP")

    keys.rename_token(actor=actor, token_id=token.pk, name="Stock")
    keys.rename_token(actor=actor, token_id=token.pk, name="Stock ")
    with pytest.raises(TokenNameMissing):
        keys.rename_token(actor=actor, token_id=token.pk, name=" ")
    with pytest.raises(TokenNotFound):
        keys.rename_token(actor=make_actor(Role.BIDDER), token_id=token.pk, name="Theirs")

    assert [each.what for each in events(actor.user_id, kind=Kind.TOKEN_RENAMED)] == ["ERP → Stock"]
    token.refresh_from_db()
    assert token.name == "Stock"


def test_the_ended_ones_stay_to_be_seen():
    actor = make_actor(Role.BIDDER)
    working, revoked, expired = (make_token(actor)[0] for _ in range(3))
    keys.revoke_token(actor=actor, token_id=revoked.pk)
    expire(expired)

    assert list(keys.tokens(actor)) == [working]
    assert set(keys.ended_tokens(actor)) == {revoked, expired}
    assert not keys.ended_tokens(make_actor(Role.BIDDER)).exists()


# The company ------------------------------------------------------------------------------


def test_an_owner_sees_and_stops_every_program_of_the_company():
    owner = make_actor(Role.OWNER)
    bidder = colleague(owner)
    token, secret = make_token(bidder, name="robot")
    make_token(make_actor(Role.BIDDER))

    assert [each.pk for each in keys.company_tokens(owner)] == [token.pk]
    keys.revoke_company_token(actor=owner, token_id=token.pk)

    with pytest.raises(TokenInvalid):
        keys.token_of(secret)
    token.refresh_from_db()
    assert token.revoked_by_id == owner.user_id
    seen = events(bidder.user_id).get(kind=Kind.TOKEN_REVOKED)
    assert (seen.what, seen.ip) == ("robot", None)
    line = people_log(owner.company_id)[0]
    assert (line.action, line.by_id, line.person_id, line.told) == (
        PeopleAction.TOKEN_REVOKED, owner.user_id, bidder.user_id, "robot",
    )  # fmt: skip
    relay.drain()
    notice = Notice.objects.get(recipient_id=bidder.user_id, kind="access.token_revoked")
    assert notice.data["person"] == owner.display_name
    with pytest.raises(TokenNotFound):
        keys.revoke_company_token(actor=owner, token_id=token.pk)


def test_only_who_manages_the_company_and_only_its_own():
    owner, stranger = make_actor(Role.OWNER), make_actor(Role.OWNER)
    token, _ = make_token(owner)

    for attempt in (
        keys.company_tokens,
        lambda by: keys.revoke_company_token(actor=by, token_id=token.pk),
    ):
        with pytest.raises(AccessForbidden):
            attempt(colleague(owner))
    with pytest.raises(TokenNotFound):
        keys.revoke_company_token(actor=stranger, token_id=token.pk)
    keys.revoke_company_token(actor=owner, token_id=token.pk)
    relay.drain()
    assert not Notice.objects.filter(kind="access.token_revoked").exists(), "one's own"


def test_leaving_the_company_ends_the_tokens_for_it_and_no_others():
    owner = make_actor(Role.OWNER)
    bidder = colleague(owner)
    elsewhere = make_actor(Role.BIDDER, user=User.objects.get(pk=bidder.user_id))
    (_, secret), (_, kept) = make_token(bidder), make_token(elsewhere)

    members.leave(actor=bidder)

    with pytest.raises(TokenInvalid):
        keys.token_of(secret)
    assert keys.token_of(kept)
    assert not keys.company_tokens(owner).exists()


# Time -------------------------------------------------------------------------------------


def test_people_are_told_a_week_before_and_at_the_end_once_each():
    actor = make_actor(Role.BIDDER)
    token, _ = make_token(actor, name="robot", days=30)
    make_token(actor, name="for long", days=90)
    revoked, _ = make_token(actor, name="gone", days=30)
    keys.revoke_token(actor=actor, token_id=revoked.pk)
    short, _ = make_token(actor, name="for a while", days=3)
    begun = utc_now()

    def told(**later: int) -> list[tuple[str, str]]:
        keys.tell_of_ends(begun + timedelta(**later))
        keys.tell_of_ends(begun + timedelta(**later))
        relay.drain()
        found = Notice.objects.filter(kind__startswith="access.").order_by("created_at")
        return [(each.kind, each.data["name"]) for each in found]

    assert told(days=1) == []
    ended_early = ("access.token_expired", "for a while")
    assert told(days=4) == [ended_early]
    assert told(days=22) == [ended_early]
    warned = ("access.token_expiring", "robot")
    assert told(days=24) == [ended_early, warned]
    assert told(days=31) == [ended_early, warned, ("access.token_expired", "robot")]
    assert told(days=40) == [ended_early, warned, ("access.token_expired", "robot")]
    short.refresh_from_db()
    assert short.ending_told_at is None
    written = [
        each.context["data"]
        for each in OutgoingMail.objects.all()
        if "API token" in each.context["text"]
    ]
    assert token.expires_at is not None
    assert sorted(each["name"] for each in written) == ["for a while", "robot", "robot"]
    assert token.expires_at.date().isoformat() in [each["expires_on"] for each in written]


def test_after_a_long_sleep_only_the_end_is_told_and_the_task_says_of_how_many():
    actor = make_actor(Role.BIDDER)
    token, _ = make_token(actor)
    expire(token)

    assert tell_of_ends() == 1
    assert tell_of_ends() == 0
    relay.drain()
    found = Notice.objects.filter(kind__startswith="access.")
    assert [each.kind for each in found] == ["access.token_expired"]
