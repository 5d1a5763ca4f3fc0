"""Telling people: notices, live messages, mails, and the demonstration's mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from channels.layers import get_channel_layer
from django.core import mail as outbox_of_django

from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company, Role
from crm_core.notifications import selectors, tasks
from crm_core.notifications.errors import MailNotFound, NoticeNotFound
from crm_core.notifications.models import MailboxMessage, Notice, OutgoingMail
from crm_core.notifications.services import (
    Recipient,
    mark_all_read,
    mark_read,
    members_with,
    notify,
)
from crm_core.people.models import User
from crm_core.people.services import deactivate_user
from crm_core.people.sessions import end_sockets, group_of
from infra import relay
from kernel.clock import utc_now
from tests.people import make_actor, make_company, make_user

pytestmark = pytest.mark.django_db


def tell(*actors, key="k1", **more):
    return notify(
        recipients=[Recipient(each.user_id, each.company_id) for each in actors],
        kind="test.told",
        text="{who} was told.",
        data={"who": "Kadri"},
        link="/notices/",
        key=key,
        **more,
    )


def test_a_person_is_told_once_per_key(django_capture_on_commit_callbacks):
    first, second = make_actor(Role.BIDDER), make_actor(Role.BIDDER)

    with django_capture_on_commit_callbacks(execute=True):
        assert tell(first, email=True) == 1
        assert tell(first, second, email=True) == 1
        assert tell(first, second, email=True) == 0

    assert Notice.objects.count() == 2
    assert OutgoingMail.objects.filter(state="sent").count() == 2
    assert len(outbox_of_django.outbox) == 2


def test_nothing_is_sent_when_the_transaction_fails(django_capture_on_commit_callbacks):
    actor = make_actor(Role.BIDDER)
    with django_capture_on_commit_callbacks() as callbacks:
        tell(actor, email=True)

    assert len(callbacks) == 2
    assert outbox_of_django.outbox == []


def test_the_mail_is_in_the_readers_language_with_a_full_link(django_capture_on_commit_callbacks):
    user = make_user(language="uk")
    actor = make_actor(Role.BIDDER, user=user)

    with django_capture_on_commit_callbacks(execute=True):
        tell(actor, email=True)

    sent = outbox_of_django.outbox[0]
    assert sent.to == [user.email]
    assert sent.subject == "Kadri was told."
    assert "http://localhost:8000/notices/" in sent.body
    assert sent.extra_headers["Message-ID"].startswith(f"<{OutgoingMail.objects.get().pk}@")


def test_recipients_are_those_whose_role_can():
    company = make_company()
    officer = make_actor(Role.OFFICER, company)
    make_actor(Role.BIDDER, company)
    gone = make_actor(Role.OFFICER, company)
    make_actor(Role.OFFICER)
    deactivate_user(user_id=gone.user_id)

    found = members_with(company.pk, Capability.TENDER_PUBLISH)

    assert found == [Recipient(officer.user_id, company.pk)]


def test_notices_are_read_by_their_recipient_in_their_company():
    user = make_user()
    here, there = make_actor(Role.BIDDER, user=user), make_actor(Role.BIDDER, user=user)
    other = make_actor(Role.BIDDER)
    tell(here, key="a")
    tell(other, key="b")
    notice = Notice.objects.get(key="a")

    assert list(selectors.notices(here)) == [notice]
    assert not selectors.notices(there).exists()
    for stranger in (there, other):
        with pytest.raises(NoticeNotFound):
            mark_read(actor=stranger, notice_id=notice.pk)

    assert selectors.unread_count(here) == 1
    first = mark_read(actor=here, notice_id=notice.pk).read_at
    assert mark_read(actor=here, notice_id=notice.pk).read_at == first
    assert selectors.unread_count(here) == 0
    tell(here, key="c")
    assert mark_all_read(actor=here) == 1
    assert selectors.unread_count(other) == 1


def test_a_failed_mail_waits_and_is_tried_again_then_given_up(
    django_capture_on_commit_callbacks, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with django_capture_on_commit_callbacks(execute=True):
        tell(make_actor(Role.BIDDER), email=True)

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert mail.next_attempt_at > utc_now()
    assert "refused" in mail.error.lower()
    assert tasks.deliver_waiting_mails() == 0

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutgoingMail.objects.update(next_attempt_at=utc_now() - timedelta(seconds=1))
    assert tasks.deliver_waiting_mails() == 1
    assert tasks.deliver_mail(str(mail.pk)) is False
    assert len(outbox_of_django.outbox) == 1

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    OutgoingMail.objects.update(
        state="queued", attempts=tasks.MAX_ATTEMPTS - 1, next_attempt_at=utc_now()
    )
    tasks.deliver_waiting_mails()
    assert OutgoingMail.objects.get().state == "failed"


def test_the_mailbox_shows_ones_own_mails_and_all_to_the_administrator(
    django_capture_on_commit_callbacks, settings
):
    settings.EMAIL_BACKEND = "crm_core.notifications.mailbox.MailboxBackend"
    reader, other = make_actor(Role.BIDDER), make_actor(Role.BIDDER)
    admin = make_actor(Role.PLATFORM_ADMIN)
    with django_capture_on_commit_callbacks(execute=True):
        tell(reader, other, email=True)

    own = selectors.mailbox(reader).get()
    assert own.to == User.objects.get(pk=reader.user_id).email
    assert selectors.mailbox(admin).count() == MailboxMessage.objects.count() == 2
    with pytest.raises(MailNotFound):
        selectors.mail(other, own.pk)


def test_a_new_member_is_welcomed_through_the_relay(django_capture_on_commit_callbacks):
    actor = make_actor(Role.OWNER)
    company = Company.objects.get(pk=actor.company_id)
    with django_capture_on_commit_callbacks(execute=True):
        relay.drain()

    notices = selectors.notices(actor).order_by("created_at")
    assert [each.kind for each in notices] == ["company.member_added"]
    assert company.legal_name in outbox_of_django.outbox[0].subject


@pytest.mark.django_db(transaction=True)
async def test_open_sockets_hear_of_notices_and_of_their_end():
    from asgiref.sync import sync_to_async

    actor = await sync_to_async(make_actor)(Role.BIDDER)
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(actor.user_id), channel)

    await sync_to_async(tell)(actor)
    message = await layer.receive(channel)
    assert message["type"] == "notice.created"
    assert message["unread"] == {str(actor.company_id): 1}

    await sync_to_async(end_sockets)(actor.user_id, reason="deactivated")
    assert await layer.receive(channel) == {
        "type": "session.ended",
        "reason": "deactivated",
        "session": None,
        "company": None,
    }
    await layer.group_discard(group_of(actor.user_id), channel)


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_does_not_undo_what_was_done(monkeypatch):
    def away(*_args: object) -> None:
        raise OSError("the broker is away")

    monkeypatch.setattr(tasks.deliver_mail, "delay", away)
    person = make_user()

    notify(recipients=[Recipient(person.pk)], kind="test", text="Hello", key="k", email=True)

    assert OutgoingMail.objects.get().to == person.email
