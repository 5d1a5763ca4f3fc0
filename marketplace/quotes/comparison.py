"""Quotes beside each other: lines down, suppliers across, the lowest of each line marked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from kernel.clock import utc_now
from kernel.decimals import line_total
from marketplace.quotes.domain.comparing import Bid, is_lowest, lowest
from marketplace.quotes.models import Quote, QuoteLine, Rfq, RfqAward, RfqLine

SOON = timedelta(days=7)


@dataclass(slots=True)
class Cell:
    """One supplier's answer to one line; ``answer`` is None where there is none."""

    answer: QuoteLine | None
    total: Decimal | None = None  # of the quantity offered, at the currency's places
    lowest: bool = False
    award: RfqAward | None = None


@dataclass(slots=True)
class Column:
    """A supplier's quote. ``missing`` counts lines without a bid or offered short; ``total`` is of
    what it offers, so totals compare only where nothing is missing."""

    quote: Quote
    total: Decimal = Decimal(0)
    missing: int = 0
    lowest_total: bool = False
    expires: str = ""  # "", "soon", "over"
    other_currency: bool = False


@dataclass(slots=True)
class Comparison:
    """The whole matrix; ``rows`` pairs each line with the cells in the columns' order."""

    rfq: Rfq
    columns: list[Column] = field(default_factory=list)
    rows: list[tuple[RfqLine, list[Cell]]] = field(default_factory=list)


def bid_of(answer: QuoteLine) -> Bid:
    """A priced answer as the rules take it."""
    return Bid(
        key=str(answer.pk), line=str(answer.line_id), price=answer.price or Decimal(0),
        currency=answer.quote.currency_id, quantity=answer.quantity or Decimal(0),
    )  # fmt: skip


def compared(
    rfq: Rfq, lines: list[RfqLine], quotes: list[Quote], awards: list[RfqAward]
) -> Comparison:
    """Put the quotes beside each other. They come with their lines, currencies and suppliers."""
    today = utc_now().date()
    found = Comparison(rfq)
    answers = {(each.quote_id, each.line_id): each for quote in quotes for each in _lines(quote)}
    bids = [bid_of(each) for each in answers.values() if each.price is not None]
    least = lowest(bids, rfq.currency_id)
    taken = {each.answer_id: each for each in awards}
    for quote in quotes:
        left = (quote.valid_until - today).days
        found.columns.append(
            Column(quote, expires="over" if left < 0 else "soon" if left < SOON.days else "",
                   other_currency=quote.currency_id != rfq.currency_id)
        )  # fmt: skip
    for line in lines:
        cells = []
        for column in found.columns:
            cell = _cell(answers.get((column.quote.pk, line.pk)), least, rfq, column, line)
            cell.award = taken.get(cell.answer.pk) if cell.answer else None
            cells.append(cell)
        found.rows.append((line, cells))
    whole = [each.total for each in found.columns if not each.missing and not each.other_currency]
    for column in found.columns:
        column.lowest_total = (
            not column.missing and not column.other_currency and column.total == min(whole)
        )
    return found


def _lines(quote: Quote) -> list[QuoteLine]:
    lines = list(quote.lines.all())
    for each in lines:
        each.quote = quote
    return lines


def _cell(
    answer: QuoteLine | None, least: dict[str, Decimal], rfq: Rfq, column: Column, line: RfqLine
) -> Cell:
    if answer is None or answer.price is None or answer.quantity is None:
        column.missing += 1
        return Cell(answer)
    if answer.quantity < line.quantity:
        column.missing += 1
    total = line_total(answer.quantity, answer.price, column.quote.currency.digits)
    column.total += total
    return Cell(answer, total, is_lowest(bid_of(answer), least, rfq.currency_id))
