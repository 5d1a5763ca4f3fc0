"""Reads of notices and of the demonstration's mailbox."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from crm_core.access.actor import Actor, Nobody
from crm_core.access.capabilities import Capability
from crm_core.access.scopes import Scope
from crm_core.notifications.errors import MailNotFound
from crm_core.notifications.models import MailboxMessage, Notice
from crm_core.notifications.services import mine
from crm_core.people.models import User


def notices(actor: Actor, *, unread_only: bool = False) -> QuerySet[Notice]:
    """The actor's notices, newest first."""
    actor.require_scope(Scope.READ)
    found = Notice.objects.filter(mine(actor))
    return found.filter(read_at=None) if unread_only else found


def unread_count(actor: Actor | Nobody) -> int:
    """How many notices the bell shows."""
    return notices(actor, unread_only=True).count() if isinstance(actor, Actor) else 0


def mailbox(actor: Actor) -> QuerySet[MailboxMessage]:
    """The mails sent to the actor; with MAILBOX_READ, to everybody."""
    if actor.can(Capability.MAILBOX_READ):
        return MailboxMessage.objects.all()
    address = User.objects.values_list("email", flat=True).get(pk=actor.user_id)
    return MailboxMessage.objects.filter(to=address)


def mail(actor: Actor, mail_id: UUID) -> MailboxMessage:
    """One mail of the actor's mailbox. Raises MailNotFound."""
    found = mailbox(actor).filter(pk=mail_id).first()
    if found is None:
        raise MailNotFound()
    return found
