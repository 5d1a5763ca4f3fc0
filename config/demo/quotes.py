"""Requests for quotation of the demonstration: one that takes quotes, one that is decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal

from config.demo.companies import BUYER
from config.demo.orders import person
from crm_core.access.actor import Actor
from crm_core.companies.models import Role
from kernel.clock import utc_now
from marketplace.quotes.models import QuoteLine, Rfq
from marketplace.quotes.services import deciding, drafting, quoting, running
from marketplace.quotes.services.drafting import LineInput, RfqInput
from marketplace.quotes.services.quoting import AnswerInput, QuoteInput

FIRMS = ("baltmet", "nordwerk-stahl", "liguria-metalli")
D = Decimal


def load(say: Callable[[str], None]) -> None:
    """Load the requests unless the buyer has some."""
    officer = person(BUYER.reference, Role.OFFICER)
    if Rfq.objects.filter(company_id=officer.company_id).exists():
        return
    bidders = [person(each, Role.BIDDER) for each in FIRMS]
    _decided(officer, bidders)
    _open(officer, bidders)
    say("Quotes: one request takes quotes, two of three are in; one is decided and ordered.")


def _decided(officer: Actor, bidders: Sequence[Actor]) -> None:
    rfq = _asked(
        officer, bidders, "Fasteners for the substation in Harku",
        LineInput(name="Hexagon bolt M20 × 80, class 8.8", quantity=D(400)),
        LineInput(name="Flat washer 20, hot-dip galvanised", quantity=D(800)),
    )  # fmt: skip
    _quote(bidders[0], rfq, ("0.94", "0.11"), days=5)
    _quote(bidders[1], rfq, ("0.89", "0.13"), days=9)
    _quote(bidders[2], rfq, ("1.02", None), days=4)
    running.open_quotes(actor=officer, rfq_id=rfq.pk)
    lowest = [
        QuoteLine.objects.filter(line=each, price__isnull=False).order_by("price").first()
        for each in rfq.lines.all()
    ]
    deciding.decide(
        actor=officer, rfq_id=rfq.pk,
        choices=[
            deciding.ChoiceInput(answer=each.pk, quantity=each.line.quantity)
            for each in lowest if each is not None
        ],
    )  # fmt: skip


def _open(officer: Actor, bidders: Sequence[Actor]) -> None:
    rfq = _asked(
        officer, bidders, "Cable trays for the control building",
        LineInput(name="Cable tray 300 × 60, perforated, 3 m", quantity=D(120)),
        LineInput(name="Cover for cable tray 300, 3 m", quantity=D(120)),
        LineInput(name="Mounting on the third floor", quantity=D(16), unit="HUR"),
    )  # fmt: skip
    _quote(bidders[0], rfq, ("31.40", "12.80", None), days=12)
    _quote(bidders[1], rfq, ("29.90", "13.10", "58"), days=18)


def _asked(officer: Actor, bidders: Sequence[Actor], title: str, *lines: LineInput) -> Rfq:
    made = drafting.create_rfq(actor=officer, rfq=RfqInput(
        title=title, deadline=utc_now() + timedelta(days=4), delivery_country="EE",
        delivery_address="Sadama 21, Tallinn",
    ))  # fmt: skip
    drafting.replace_lines(actor=officer, rfq_id=made.pk, lines=lines)
    drafting.invite(actor=officer, rfq_id=made.pk, suppliers=[each.company_id for each in bidders])
    return running.open_rfq(actor=officer, rfq_id=made.pk)


def _quote(bidder: Actor, rfq: Rfq, prices: Sequence[str | None], *, days: int) -> None:
    answers = [
        AnswerInput(line=line.pk, price=D(price), lead_time_days=days)
        if price else AnswerInput(line=line.pk, no_bid="We do not offer this.")
        for line, price in zip(rfq.lines.all(), prices, strict=True)
    ]  # fmt: skip
    until = (utc_now() + timedelta(days=30)).date()
    quoting.submit_quote(
        actor=bidder, rfq_id=rfq.pk, quote=QuoteInput(valid_until=until, answers=answers)
    )
