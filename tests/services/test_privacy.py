"""What is kept about a person: handed out whole, and erased so that the record of trade stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm_core.access.keys import revoke_company_token
from crm_core.access.models import ApiToken
from crm_core.access.registration import ask_to_join
from crm_core.companies import inviting, inviting_companies
from crm_core.companies.models import MemberInvitation, Membership, PeopleEntry, Role
from crm_core.companies.services import add_member
from crm_core.notifications import services as notifications
from crm_core.notifications.models import Notice, OutgoingMail
from crm_core.people.models import SecurityEvent, User
from crm_core.privacy import erasing, handing_out
from crm_core.privacy.errors import (
    AccountShared,
    AddressDiffers,
    ErasureAsked,
    NoErasureAsked,
    PasswordWrong,
    StillNeeded,
)
from crm_core.privacy.models import ErasureRequest
from crm_core.privacy.table import TABLE
from infra import relay
from kernel.clock import utc_now
from tests import second_factors
from tests.people import make_actor, make_company, make_token, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"


@pytest.fixture
def bidder() -> User:
    """A person of a company that has an owner besides."""
    company = make_company()
    make_actor(Role.OWNER, company)
    user = make_user(full_name="Ilze Kalniņa", email="ilze@baltic-steel.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    make_actor(Role.BIDDER, company, user)
    return user


def asked(user: User) -> ErasureRequest:
    return erasing.ask(user=user, email=user.email, password=PASSWORD)


def let_it_come_due(request: ErasureRequest) -> None:
    ErasureRequest.objects.filter(pk=request.pk).update(
        asked_at=utc_now() - timedelta(days=8), due_at=utc_now() - timedelta(days=1)
    )


def test_every_model_that_refers_to_people_is_in_the_table() -> None:
    covered = {(each.model, name) for each in TABLE for name in each.people}
    referring = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.related_model is User and not field.many_to_many
    }
    # Who ended another's token is no more than a number there, and its person's row is told.
    covered.add((ApiToken, "revoked_by"))

    assert referring - covered == set()
    assert len({each.key for each in TABLE}) == len(TABLE)


def test_the_file_holds_what_is_kept_and_no_secret(bidder: User) -> None:
    membership = Membership.objects.get(user=bidder)
    actor = make_actor(Role.OFFICER, make_company(), bidder)
    token, secret = make_token(actor, name="Warehouse")
    second_factors.app_of(bidder)

    told = handing_out.handed_out(bidder)

    kinds = {each["kind"]: each["rows"] for each in told["kinds"]}
    assert told["format"] == handing_out.FORMAT
    assert kinds["account"][0]["email"] == bidder.email
    assert kinds["account"][0]["full_name"] == "Ilze Kalniņa"
    assert membership.company.legal_name in {
        each["company__legal_name"] for each in kinds["memberships"]
    }
    assert [each["name"] for each in kinds["tokens"]] == ["Warehouse"]
    assert {each["kind"] for each in kinds["security_log"]} >= {"token_created"}
    assert kinds["factors"][0]["type"] == "totp"
    text = json.dumps(told, cls=DjangoJSONEncoder)
    for hidden in (secret, token.secret_hash, bidder.password):
        assert hidden not in text


def test_nobody_is_handed_out_anothers_rows(bidder: User) -> None:
    other = make_user(full_name="Somebody Else")
    make_actor(Role.OWNER, make_company(), other)
    make_token(make_actor(Role.OFFICER, make_company(), other), name="Theirs")

    text = json.dumps(handing_out.handed_out(bidder), cls=DjangoJSONEncoder)

    assert "Somebody Else" not in text
    assert other.email not in text
    assert "Theirs" not in text


def test_the_file_costs_a_query_a_kind_however_much_there_is(bidder: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            handing_out.handed_out(bidder)
        return len(counted) - 1  # of roles that ask for a factor

    before = queries()
    for _ in range(30):
        SecurityEvent.objects.create(user=bidder, kind="signed_in")
    assert queries() == before == len(TABLE)


def test_asking_wants_address_and_password_once_more(bidder: User) -> None:
    with pytest.raises(AddressDiffers):
        erasing.ask(user=bidder, email="other@company.example", password=PASSWORD)
    with pytest.raises(PasswordWrong):
        erasing.ask(user=bidder, email=bidder.email, password="guess")
    assert erasing.open_request(bidder) is None

    made = erasing.ask(user=bidder, email=f" {bidder.email.upper()} ", password=PASSWORD)

    assert made.due_at - made.asked_at == pytest.approx(erasing.GRACE, abs=timedelta(seconds=5))
    with pytest.raises(ErasureAsked):
        asked(bidder)
    assert OutgoingMail.objects.filter(to=bidder.email).count() == 1
    kinds = SecurityEvent.objects.filter(user=bidder).values_list("kind", flat=True)
    assert {"sign_in_failed", "erasure_asked"} <= set(kinds)


def test_accounts_of_the_demonstration_are_not_erased() -> None:
    shared = make_user(is_demo=True)
    with pytest.raises(AccountShared):
        asked(shared)


def test_a_request_can_be_withdrawn_until_its_day(bidder: User) -> None:
    request = asked(bidder)
    assert erasing.erase_due() == 0  # its day has not come

    erasing.withdraw(user=bidder)
    let_it_come_due(request)

    assert erasing.erase_due() == 0
    with pytest.raises(NoErasureAsked):
        erasing.withdraw(user=bidder)
    bidder.refresh_from_db()
    assert bidder.is_active
    asked(bidder)  # one may ask again


def test_after_the_week_nothing_names_the_person_and_the_record_stays(bidder: User) -> None:
    name, address = bidder.full_name, bidder.email
    membership = Membership.objects.get(user=bidder)
    actor = make_actor(Role.OFFICER, make_company(), bidder)
    make_actor(Role.OWNER, membership.company)
    make_token(actor, name="Ilze's warehouse")
    second_factors.app_of(bidder)
    elsewhere = make_actor(Role.OWNER, make_company())
    inviting.invite(company_id=elsewhere.company_id, email=address, role=Role.BIDDER, limit=None,
                    by_id=elsewhere.user_id)  # fmt: skip
    wanted = make_company(legal_name="Wanted AS")
    make_actor(Role.OWNER, wanted)
    ask_to_join(user=bidder, company_id=wanted.pk)
    relay.drain()
    browser = Client()
    assert browser.login(email=address, password=PASSWORD)
    lines = PeopleEntry.objects.filter(person=bidder).count()
    assert Notice.objects.filter(data__email=address).exists()

    let_it_come_due(asked(bidder))
    assert erasing.erase_due() == 1
    relay.drain()

    bidder.refresh_from_db()
    assert (bidder.full_name, bidder.is_active, bidder.has_usable_password()) == ("", False, False)
    assert str(bidder) == "Erased person"
    with translation.override("ru"):
        assert str(bidder) == "Удалённый пользователь"
    assert PeopleEntry.objects.filter(person=bidder).count() > lines  # and that they left
    assert not Membership.objects.filter(user=bidder, active=True).exists()
    assert Membership.objects.filter(user=bidder).exists()
    assert browser.get("/me/").status_code == 302
    assert not Client().login(email=address, password=PASSWORD)
    assert found_anywhere(name, address) == []
    assert erasing.erase_due() == 0


def test_who_withdraws_while_others_are_erased_stays(
    bidder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_user()
    make_actor(Role.BIDDER, Membership.objects.get(user=bidder).company, other)
    for each in (other, bidder):
        let_it_come_due(asked(each))
    really = erasing.erase
    stays: list[User] = []

    def slow(user_id: Any) -> None:
        really(user_id)
        if not stays:
            stays.append(other if user_id == bidder.pk else bidder)
            erasing.withdraw(user=stays[0])

    monkeypatch.setattr(erasing, "erase", slow)

    assert erasing.erase_due() == 1
    stays[0].refresh_from_db()
    assert (stays[0].erased_at, stays[0].is_active) == (None, True)


def test_a_failure_at_one_person_does_not_stop_the_others(
    bidder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_user()
    make_actor(Role.BIDDER, Membership.objects.get(user=bidder).company, first)
    for each in (first, bidder):
        let_it_come_due(asked(each))
    really = erasing.erase

    def failing(user_id: Any) -> None:
        really(user_id)
        if user_id == first.pk:
            raise RuntimeError("a part of the erasure broke")

    monkeypatch.setattr(erasing, "erase", failing)

    assert erasing.erase_due() == 1
    first.refresh_from_db()
    assert first.erased_at is None
    monkeypatch.undo()
    assert erasing.erase_due() == 1


def test_what_a_person_did_to_others_names_them_no_more() -> None:
    company = make_company()
    make_actor(Role.OWNER, company)
    leaving = make_user(full_name="Zebulon Quirke")
    owner = make_actor(Role.OWNER, company, leaving)
    token, _secret = make_token(make_actor(Role.BIDDER, company), name="robot")
    revoke_company_token(actor=owner, token_id=token.pk)
    inviting.invite(company_id=company.pk, email="new@company.example", role=Role.BIDDER,
                    limit=None, by_id=leaving.pk)  # fmt: skip
    inviting_companies.invite(
        inviter_id=company.pk, by_id=leaving.pk, email="firm@company.example", name="Firm"
    )
    relay.drain()
    OutgoingMail.objects.filter(template="member_invited").update(state="sent", sent_at=utc_now())
    assert len(found_anywhere("Zebulon")) >= 3

    let_it_come_due(asked(leaving))
    assert erasing.erase_due() == 1

    assert found_anywhere("Zebulon") == []


def found_anywhere(*texts: str) -> list[str]:
    """The tables with a row that holds one of the texts, the whole database over."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            for text in texts:
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s',
                    [f"%{text}%"],
                )
                if cursor.fetchone()[0]:
                    found.append(f"{table}: {text}")
    return found


def test_the_search_of_the_whole_database_finds_what_is_there(bidder: User) -> None:
    assert any(each.startswith("people_user") for each in found_anywhere(bidder.email))


def test_who_manages_a_company_alone_stays_until_a_colleague_does_too() -> None:
    company = make_company(legal_name="Alone OÜ")
    owner = make_user()
    make_actor(Role.OWNER, company, owner)
    colleague = make_user()
    make_actor(Role.BIDDER, company, colleague)
    with pytest.raises(StillNeeded) as refused:
        asked(owner)
    assert refused.value.data["companies"] == "Alone OÜ"

    second = Membership.objects.get(user=colleague)
    Membership.objects.filter(pk=second.pk).update(role=Role.OWNER)
    let_it_come_due(asked(owner))
    Membership.objects.filter(pk=second.pk).update(role=Role.BIDDER)  # the colleague no longer is

    assert erasing.erase_due() == 0
    assert erasing.erase_due() == 0
    owner.refresh_from_db()
    assert owner.erased_at is None
    assert Membership.objects.filter(user=owner, active=True).exists()
    held = Notice.objects.filter(recipient=owner, text__startswith="You cannot be erased yet")
    assert held.count() == 1
    Membership.objects.filter(pk=second.pk).update(role=Role.OWNER)
    assert erasing.erase_due() == 1


def test_the_only_person_of_a_company_may_go_but_the_last_administrator_may_not() -> None:
    alone = make_user()
    make_actor(Role.OWNER, make_company(), alone)
    let_it_come_due(asked(alone))
    assert erasing.erase_due() == 1

    administrator = make_user()
    make_actor(Role.PLATFORM_ADMIN, None, administrator)
    with pytest.raises(StillNeeded):
        asked(administrator)


def test_an_erased_person_has_no_name_in_the_database_either(bidder: User) -> None:
    let_it_come_due(asked(bidder))
    erasing.erase_due()
    for change in ({"full_name": "Back again"}, {"email": "back@company.example"},
                   {"is_active": True}):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=bidder.pk).update(**change)


def test_mails_are_forgotten_a_month_after_they_went_out(bidder: User) -> None:
    def mail(key: str, **fields: Any) -> OutgoingMail:
        return OutgoingMail.objects.create(
            to=bidder.email, language="en", template="notice", context={"text": "x"}, key=key,
            **fields,
        )  # fmt: skip

    long_ago = utc_now() - timedelta(days=31)
    old = mail("old", state="sent", sent_at=long_ago)
    given_up = mail("given up", state="failed", next_attempt_at=long_ago)
    new = mail("new", state="sent", sent_at=utc_now())
    waiting = mail("waiting", next_attempt_at=long_ago)

    assert notifications.forget_sent_mails() == 2
    assert notifications.forget_sent_mails() == 0

    for each in (old, given_up, new, waiting):
        each.refresh_from_db()
    assert (old.to, old.context, old.key) == ("", {}, "old")
    assert (given_up.to, given_up.context) == ("", {})
    assert new.to == waiting.to == bidder.email


def test_an_invitation_to_an_erased_address_ends(bidder: User) -> None:
    owner = make_actor(Role.OWNER, make_company())
    of_company = inviting_companies.invite(
        inviter_id=owner.company_id, by_id=owner.user_id, email=bidder.email,
        name="Kalniņa and sons", message="Dear Ilze",
    )  # fmt: skip
    made = inviting.invite(
        company_id=owner.company_id, email=bidder.email, role=Role.BIDDER, limit=None,
        by_id=owner.user_id,
    )  # fmt: skip
    let_it_come_due(asked(bidder))
    erasing.erase_due()

    kept = MemberInvitation.objects.get(pk=made.pk)
    assert kept.ended_at is not None
    assert kept.email.endswith("@erased.invalid")
    of_company.refresh_from_db()
    assert (of_company.state, of_company.message) == ("revoked", "")
    assert found_anywhere(bidder.email, "Dear Ilze") == []
    assert add_member(
        company_id=owner.company_id, user_id=make_user().pk, role=Role.BIDDER
    ).active  # the company goes on
