"""Accepting quotes line by line; orders follow at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_core.access.actor import Actor
from kernel.clock import utc_now
from kernel.decimals import to_wire
from kernel.ids import new_id
from marketplace.catalog.services import checks
from marketplace.orders.models import Order, OrderSource
from marketplace.orders.services.issuing import Delivery, OrderLineInput, issue_orders
from marketplace.quotes.comparison import bid_of
from marketplace.quotes.domain.comparing import Choice, Fault, faults
from marketplace.quotes.errors import ChoiceWrong, QuoteExpired
from marketplace.quotes.models import QuoteLine, QuoteState, Rfq, RfqAward, RfqMove, RfqState
from marketplace.quotes.policies import DECIDE, own_rfq
from marketplace.quotes.services.record import remember, tell

WORDS = {
    Fault.UNKNOWN: gettext_lazy("There is no such price in the quotes."),
    Fault.TWICE: gettext_lazy("Choose a price once."),
    Fault.NOTHING: gettext_lazy("Write a number greater than zero."),
    Fault.ABOVE_OFFERED: gettext_lazy("The supplier offers less than that."),
    Fault.NOT_LOWEST: gettext_lazy("Say why this price is taken: it is not the lowest."),
    Fault.ABOVE_ASKED: gettext_lazy("Say why more is taken than was asked for."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceInput:
    """So much of one priced line of a quote, and why where that needs a reason."""

    answer: UUID
    quantity: Decimal
    reason: str = ""


def decide(*, actor: Actor, rfq_id: UUID, choices: Sequence[ChoiceInput]) -> list[Order]:
    """Accept these lines and order them; the request is decided by that, once and for all.

    One order per supplier and currency, in the order of the suppliers' names. Raises ChoiceWrong
    (``field`` is ``choice-<answer id>``), QuoteExpired, and what issue_orders raises; then nothing
    is accepted.
    """
    with transaction.atomic():
        rfq = own_rfq(actor, rfq_id, DECIDE, RfqState.CLOSED, lock=True)
        answers = {str(each.pk): each for each in _priced(rfq)}
        chosen = [
            Choice(bid=str(each.answer),
                   quantity=checks.number(f"choice-{each.answer}", each.quantity),
                   reason=checks.text(f"reason-{each.answer}", each.reason, 1000))
            for each in choices
        ]  # fmt: skip
        _check(rfq, answers, chosen)
        orders = _order(actor, rfq, answers, chosen)
        rfq.state, rfq.ended_at = RfqState.DECIDED, utc_now()
        rfq.save(update_fields=["state", "ended_at"])
        remember(rfq, RfqMove.DECIDED, actor)
        won: dict[UUID, int] = {}
        for each in chosen:
            supplier = answers[each.bid].quote.invitation.supplier_id
            won[supplier] = won.get(supplier, 0) + 1
        for supplier in rfq.invitations.filter(quote__state=QuoteState.SUBMITTED).values_list(
            "supplier_id", flat=True
        ):
            # One fact per supplier: each learns of its own lines only.
            tell(rfq, "rfq.decided" if supplier in won else "rfq.not_chosen", actor, [supplier],
                 lines=won.get(supplier, 0))  # fmt: skip
    return orders


def _priced(rfq: Rfq) -> list[QuoteLine]:
    found = QuoteLine.objects.filter(
        quote__invitation__rfq=rfq, quote__state=QuoteState.SUBMITTED, price__isnull=False
    )
    return list(
        found.select_related(
            "line", "line__product", "offer", "quote", "quote__invitation",
            "quote__invitation__supplier",
        ).order_by("quote__invitation__supplier__latin_name", "line__position")
    )  # fmt: skip


def _check(rfq: Rfq, answers: dict[str, QuoteLine], chosen: list[Choice]) -> None:
    if not chosen:
        raise ChoiceWrong(reason=_("Accept a line at least, or cancel the request."))
    asked = {str(each.pk): each.quantity for each in rfq.lines.all()}
    bids = [bid_of(each) for each in answers.values()]
    for key, fault in faults(chosen, bids, asked, rfq.currency_id):
        part = "reason" if fault in (Fault.NOT_LOWEST, Fault.ABOVE_ASKED) else "choice"
        raise ChoiceWrong(field=f"{part}-{key}", reason=str(WORDS[fault]))
    today = utc_now().date()
    for each in chosen:
        quote = answers[each.bid].quote
        if quote.valid_until < today:
            raise QuoteExpired(supplier=quote.invitation.supplier.legal_name)


def _order(
    actor: Actor, rfq: Rfq, answers: dict[str, QuoteLine], chosen: list[Choice]
) -> list[Order]:
    picked = {each.bid: each for each in chosen}
    ids = {key: new_id() for key in picked}
    made: list[Order] = []
    quotes = {each.quote_id: each.quote for key, each in answers.items() if key in picked}
    for quote in quotes.values():
        own = [each for key, each in answers.items() if key in picked and each.quote == quote]
        orders = issue_orders(
            actor=actor, supplier_id=quote.invitation.supplier_id, capability=DECIDE,
            lines=[_line(each, picked[str(each.pk)], ids[str(each.pk)]) for each in own],
            delivery=Delivery(country=rfq.delivery_country, address=rfq.delivery_address),
            source=OrderSource.QUOTE, source_id=quote.pk, source_reference=rfq.number,
        )  # fmt: skip
        RfqAward.objects.bulk_create(
            RfqAward(id=ids[str(each.pk)], rfq=rfq, answer=each, order=orders[0],
                     quantity=picked[str(each.pk)].quantity, reason=picked[str(each.pk)].reason)
            for each in own
        )  # fmt: skip
        made += orders
    return made


def _line(answer: QuoteLine, choice: Choice, line_id: UUID) -> OrderLineInput:
    price, quote = answer.price, answer.quote
    return OrderLineInput(
        name=answer.line.name, unit=answer.line.unit_id, quantity=choice.quantity,
        unit_price=price or Decimal(0), currency=quote.currency_id,
        sku=answer.offer.sku if answer.offer else "", offer=answer.offer,
        product=answer.line.product, lead_time_days=answer.lead_time_days, line_id=line_id,
        price_rule={
            "scope": "quote", "quote": str(quote.pk), "revision": quote.revision,
            "amount": to_wire(price or Decimal(0)), "currency": quote.currency_id,
            "valid_until": quote.valid_until.isoformat(), "reason": choice.reason,
        },
    )  # fmt: skip
