"""A request's life: opened for quotes, its quotes opened together, cancelled; and the clock."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from kernel.clock import moment_to_wire, utc_now
from marketplace.catalog.services import checks
from marketplace.quotes.errors import NothingAsked, QuoteFieldWrong, QuotesSealed
from marketplace.quotes.models import InvitationState, Rfq, RfqInvitation, RfqMove, RfqState
from marketplace.quotes.policies import OPEN_OR_OPENED, RUN, own_rfq
from marketplace.quotes.services.record import remember, tell

REMINDED_BEFORE = timedelta(hours=24)


def open_rfq(*, actor: Actor, rfq_id: UUID) -> Rfq:
    """Send the draft to its suppliers. Raises NothingAsked, QuoteFieldWrong where the deadline has
    passed meanwhile."""
    with transaction.atomic():
        rfq = own_rfq(actor, rfq_id, RUN, RfqState.DRAFT, lock=True)
        invited = list(rfq.invitations.values_list("supplier_id", flat=True))
        if not invited or not rfq.lines.exists():
            raise NothingAsked()
        if rfq.is_over:
            raise QuoteFieldWrong(
                field="deadline", reason=_("The deadline must lie in the future.")
            )
        rfq.state, rfq.published_at = RfqState.OPEN, utc_now()
        rfq.save(update_fields=["state", "published_at"])
        remember(rfq, RfqMove.PUBLISHED, actor)
        tell(rfq, "rfq.invited", actor, invited, deadline=moment_to_wire(rfq.deadline))
    return rfq


def open_quotes(*, actor: Actor, rfq_id: UUID) -> Rfq:
    """Open all quotes together: after the deadline, or once everybody invited has answered.

    Raises QuotesSealed before that.
    """
    with transaction.atomic():
        rfq = own_rfq(actor, rfq_id, RUN, RfqState.OPEN, lock=True)
        if not rfq.is_over and waits(rfq):
            raise QuotesSealed()
        _open_quotes(rfq, actor)
    return rfq


def waits(rfq: Rfq) -> bool:
    """Whether an invited supplier has not answered yet."""
    return rfq.invitations.filter(state=InvitationState.INVITED).exists()


def cancel_rfq(*, actor: Actor, rfq_id: UUID, reason: str) -> Rfq:
    """End a request without a choice, with a reason that the invited suppliers read."""
    with transaction.atomic():
        rfq = own_rfq(actor, rfq_id, RUN, RfqState.DRAFT, *OPEN_OR_OPENED, lock=True)
        rfq.reason = checks.text("reason", reason, 1000, needed=True)
        known = rfq.state != RfqState.DRAFT
        rfq.state, rfq.ended_at = RfqState.CANCELLED, utc_now()
        rfq.save(update_fields=["state", "reason", "ended_at"])
        remember(rfq, RfqMove.CANCELLED, actor, rfq.reason)
        if known:
            told = list(rfq.invitations.values_list("supplier_id", flat=True))
            tell(rfq, "rfq.cancelled", actor, told, reason=rfq.reason)
    return rfq


def open_due() -> int:
    """Open the quotes of every request whose deadline has passed; how many."""
    due = Rfq.objects.filter(state=RfqState.OPEN, deadline__lte=utc_now())
    opened = 0
    for rfq_id in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            rfq = Rfq.objects.select_for_update().filter(pk=rfq_id, state=RfqState.OPEN).first()
            if rfq is not None:
                _open_quotes(rfq, None)
                opened += 1
    return opened


def remind_due() -> int:
    """Remind, once, those who have not answered a day before the deadline; how many."""
    now = utc_now()
    waiting = RfqInvitation.objects.filter(
        state=InvitationState.INVITED, reminded_at=None, rfq__state=RfqState.OPEN,
        rfq__deadline__gt=now, rfq__deadline__lte=now + REMINDED_BEFORE,
    )  # fmt: skip
    reminded = 0
    with transaction.atomic():
        for each in waiting.select_related("rfq").select_for_update(of=("self",), skip_locked=True):
            each.reminded_at = now
            each.save(update_fields=["reminded_at"])
            tell(each.rfq, "rfq.reminded", None, [each.supplier_id],
                 deadline=moment_to_wire(each.rfq.deadline))  # fmt: skip
            reminded += 1
    return reminded


def _open_quotes(rfq: Rfq, actor: Actor | None) -> None:
    rfq.state, rfq.quotes_opened_at = RfqState.CLOSED, utc_now()
    rfq.save(update_fields=["state", "quotes_opened_at"])
    remember(rfq, RfqMove.OPENED, actor)
    tell(rfq, "rfq.opened", actor)
