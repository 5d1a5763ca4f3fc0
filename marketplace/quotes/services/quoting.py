"""The supplier's side: quoting, revising, withdrawing, declining; until the deadline only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from crm_core.access.actor import Actor
from kernel.clock import utc_now
from marketplace.catalog.models import Offer, OfferState
from marketplace.catalog.services import checks
from marketplace.quotes.errors import DeadlineOver, QuoteFieldWrong, QuoteNotThere, RfqMoved
from marketplace.quotes.models import (
    InvitationState,
    Quote,
    QuoteLine,
    QuoteState,
    RfqInvitation,
    RfqLine,
    RfqMove,
    RfqState,
)
from marketplace.quotes.policies import ANSWER, own_invitation
from marketplace.quotes.services.record import remember, tell
from reference.models import Currency

LONGEST_LEAD = 3650  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInput:
    """The answer to one line: a price of one unit, or ``no_bid``, the reason why there is none.
    Without a quantity for all that is asked. ``offer`` is one of the supplier's own."""

    line: UUID
    price: Decimal | None = None
    quantity: Decimal | None = None
    lead_time_days: int | None = None
    offer: UUID | None = None
    alternative: bool = False
    note: str = ""
    no_bid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteInput:
    """A quote as typed; every line of the request is answered."""

    valid_until: date
    answers: Sequence[AnswerInput]
    currency: str = ""
    note: str = ""


def submit_quote(*, actor: Actor, rfq_id: UUID, quote: QuoteInput) -> Quote:
    """Quote, or revise the quote that is there. Errors of a line carry ``<field>-<line id>``.

    Raises DeadlineOver, RfqMoved, QuoteFieldWrong, FieldWrong.
    """
    with transaction.atomic():
        invitation = _answerable(actor, rfq_id)
        found = Quote.objects.filter(invitation=invitation).first()
        made = found or Quote(invitation=invitation, revision=0)
        made.currency = checks.known(
            "currency", Currency, quote.currency or invitation.rfq.currency_id
        )
        if quote.valid_until < invitation.rfq.deadline.date():
            raise QuoteFieldWrong(
                field="valid_until", reason=_("A quote holds beyond the deadline for quotes.")
            )
        made.valid_until = quote.valid_until
        made.note = checks.text("note", quote.note, 2000)
        made.state, made.revision = QuoteState.SUBMITTED, made.revision + 1
        made.submitted_by_id, made.submitted_at = actor.user_id, utc_now()
        made.save()
        made.lines.all().delete()
        QuoteLine.objects.bulk_create(_answers(actor, made, invitation, quote.answers))
        again = invitation.state == InvitationState.QUOTED
        _answered(invitation, InvitationState.QUOTED)
        remember(invitation.rfq, RfqMove.REVISED if again else RfqMove.QUOTED, actor)
        if not again:
            tell(invitation.rfq, "rfq.quoted", actor, supplier=invitation.supplier.legal_name)
    return made


def withdraw_quote(*, actor: Actor, rfq_id: UUID) -> None:
    """Take the quote back; another may follow until the deadline. Raises QuoteNotThere."""
    with transaction.atomic():
        invitation = _answerable(actor, rfq_id)
        changed = Quote.objects.filter(invitation=invitation, state=QuoteState.SUBMITTED).update(
            state=QuoteState.WITHDRAWN
        )
        if not changed:
            raise QuoteNotThere()
        invitation.state, invitation.answered_at = InvitationState.INVITED, None
        invitation.save(update_fields=["state", "answered_at"])
        remember(invitation.rfq, RfqMove.WITHDRAWN, actor)


def decline(*, actor: Actor, rfq_id: UUID, reason: str) -> None:
    """Say that there will be no quote, and why; a quote may follow all the same."""
    with transaction.atomic():
        invitation = _answerable(actor, rfq_id)
        if invitation.state != InvitationState.INVITED:
            raise RfqMoved()
        said = checks.text("reason", reason, 1000, needed=True)
        _answered(invitation, InvitationState.DECLINED, said)
        remember(invitation.rfq, RfqMove.DECLINED, actor, said)


def _answerable(actor: Actor, rfq_id: UUID) -> RfqInvitation:
    invitation = own_invitation(actor, rfq_id, ANSWER, lock=True)
    if invitation.rfq.state != RfqState.OPEN:
        raise RfqMoved()
    if invitation.rfq.is_over:
        raise DeadlineOver()
    return invitation


def _answered(invitation: RfqInvitation, state: InvitationState, reason: str = "") -> None:
    invitation.state, invitation.reason, invitation.answered_at = state, reason, utc_now()
    invitation.save(update_fields=["state", "reason", "answered_at"])


def _answers(
    actor: Actor, quote: Quote, invitation: RfqInvitation, typed: Sequence[AnswerInput]
) -> list[QuoteLine]:
    given = {each.line: each for each in typed}
    asked = list(RfqLine.objects.filter(rfq_id=invitation.rfq_id))
    if len(given) != len(typed) or set(given) != {each.pk for each in asked}:
        raise QuoteFieldWrong(field="answers", reason=_("Answer every line of the request once."))
    wanted = {each.offer for each in typed if each.offer}
    offers = Offer.objects.filter(
        pk__in=wanted, company_id=actor.company_id, state=OfferState.ACTIVE
    ).in_bulk()
    rows = [_answer(quote, each, given[each.pk], offers) for each in asked]
    if all(each.price is None for each in rows):
        raise QuoteFieldWrong(
            field="answers", reason=_("Price a line, or decline the request as a whole.")
        )
    return rows


def _answer(
    quote: Quote, line: RfqLine, typed: AnswerInput, offers: dict[UUID, Offer]
) -> QuoteLine:
    def named(field: str) -> str:
        return f"{field}-{line.pk}"

    row = QuoteLine(quote=quote, line=line, note=checks.text(named("note"), typed.note, 1000))
    if typed.price is None:
        row.no_bid = checks.text(named("no_bid"), typed.no_bid, 1000)
        if not row.no_bid:
            raise QuoteFieldWrong(
                field=named("no_bid"), reason=_("Write a price, or why there is no bid.")
            )
        return row
    if typed.no_bid.strip():
        raise QuoteFieldWrong(
            field=named("no_bid"), reason=_("A line has a price or no bid, not both.")
        )
    if typed.offer is not None and typed.offer not in offers:
        raise QuoteFieldWrong(field=named("offer"), reason=_("Choose one of your active offers."))
    lead = typed.lead_time_days
    if lead is not None and not 0 <= lead <= LONGEST_LEAD:
        raise QuoteFieldWrong(field=named("lead_time_days"), reason=_("Write days from 0 to 3650."))
    row.price = checks.money(named("price"), typed.price)
    row.quantity = checks.number(
        named("quantity"), line.quantity if typed.quantity is None else typed.quantity
    )
    row.lead_time_days, row.alternative = lead, typed.alternative
    row.offer = offers[typed.offer] if typed.offer else None
    return row
