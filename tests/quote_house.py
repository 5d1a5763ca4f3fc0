"""Requests for quotation for the tests: a buyer, suppliers, and quotes between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from crm_core.access.actor import Actor
from crm_core.companies.models import Role
from kernel.clock import utc_now
from marketplace.quotes.models import Quote, QuoteLine, Rfq
from marketplace.quotes.services import drafting, quoting, running
from marketplace.quotes.services.drafting import LineInput, RfqInput
from marketplace.quotes.services.quoting import AnswerInput, QuoteInput
from tests.people import make_actor, make_company

D = Decimal
LINES = (LineInput(name="Hexagon bolt", quantity=D(100), unit="C62"),
         LineInput(name="Heavy plate", quantity=D(5), unit="TNE"))  # fmt: skip


def bidder(**fields: Any) -> Actor:
    """A bidder of a verified company that sells."""
    return make_actor(Role.BIDDER, make_company(buys=False, **fields))


def typed(**values: Any) -> RfqInput:
    """A request as typed."""
    usual = RfqInput(
        title="Steel for the workshop", deadline=utc_now() + timedelta(days=3),
        delivery_country="EE", delivery_address="Sadama 1, Tallinn",
    )  # fmt: skip
    return replace(usual, **values)


def draft(officer: Actor, *suppliers: Actor, lines: Any = LINES, **values: Any) -> Rfq:
    """A draft of two lines that goes to these suppliers."""
    rfq = drafting.create_rfq(actor=officer, rfq=typed(**values))
    drafting.replace_lines(actor=officer, rfq_id=rfq.pk, lines=lines)
    drafting.invite(actor=officer, rfq_id=rfq.pk, suppliers=[each.company_id for each in suppliers])
    return rfq


def opened(officer: Actor, *suppliers: Actor, **values: Any) -> Rfq:
    """A request that takes quotes."""
    return running.open_rfq(actor=officer, rfq_id=draft(officer, *suppliers, **values).pk)


def quote(supplier: Actor, rfq: Rfq, *prices: str | None, **values: Any) -> Quote:
    """A quote: a price for each line, None for no bid."""
    answers = [
        AnswerInput(line=line.pk, price=D(price), lead_time_days=7)
        if price else AnswerInput(line=line.pk, no_bid="Not made by us")
        for line, price in zip(rfq.lines.all(), prices, strict=True)
    ]  # fmt: skip
    until: date = (utc_now() + timedelta(days=30)).date()
    told = QuoteInput(**{"valid_until": until, "answers": answers, **values})
    return quoting.submit_quote(actor=supplier, rfq_id=rfq.pk, quote=told)


def closed(officer: Actor, *quoted: tuple[Actor, tuple[str | None, str | None]]) -> Rfq:
    """A request that everybody has answered, its quotes opened."""
    rfq = opened(officer, *(each for each, _prices in quoted))
    for supplier, prices in quoted:
        quote(supplier, rfq, *prices)
    return running.open_quotes(actor=officer, rfq_id=rfq.pk)


def answer(rfq: Rfq, supplier: Actor, position: int) -> QuoteLine:
    """The supplier's answer to the line."""
    return QuoteLine.objects.get(
        quote__invitation__rfq=rfq, quote__invitation__supplier_id=supplier.company_id,
        line__position=position,
    )  # fmt: skip
