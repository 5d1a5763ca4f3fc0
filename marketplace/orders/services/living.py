"""An order goes on: acknowledged, answered line by line, agreed, cancelled, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from crm_core.access.actor import Actor
from kernel.decimals import to_wire
from marketplace.catalog.services import checks
from marketplace.orders.domain.life import RULES, Move
from marketplace.orders.errors import AnswerWrong, ReasonNeeded
from marketplace.orders.models import LineAnswer, Order, OrderLine
from marketplace.orders.policies import order_to_move
from marketplace.orders.selectors import lines_of
from marketplace.orders.services.record import record

ANSWER = ("answer", "answered_quantity", "answered_price", "answered_delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAnswerInput:
    """What the supplier says of a line: how much (zero: nothing), at what price, and when."""

    line_id: UUID
    quantity: Decimal
    unit_price: Decimal
    delivery: date | None = None


def move_order(*, actor: Actor, order_id: UUID, move: Move, reason: str = "") -> Order:
    """Make a move that needs no values: acknowledge, accept as ordered, reject, agree, disagree,
    cancel, close. Raises OrderNotFound, OrderMoved, ReasonNeeded."""
    with transaction.atomic():
        order = order_to_move(actor, order_id, move)
        reason = _reason(move, reason)
        detail: dict[str, Any] = {}
        if move is Move.ACCEPT:
            detail = _answered(order, _as_ordered(lines_of(order)))
        elif move is Move.DISAGREE:
            order.lines.update(
                answer="", answered_quantity=None, answered_price=None, answered_delivery=None
            )
        record(order, move, actor, side=RULES[move].side, reason=reason, detail=detail)
    return order


def answer_order(
    *, actor: Actor, order_id: UUID, lines: Sequence[LineAnswerInput], reason: str = ""
) -> Order:
    """Answer every line. With the quantities and prices that were ordered the order is accepted;
    with others it waits for the buyer, who is told the reason. Raises OrderNotFound, OrderMoved,
    AnswerWrong, FieldWrong, ReasonNeeded."""
    with transaction.atomic():
        order = order_to_move(actor, order_id, Move.ACCEPT)
        detail = _answered(order, lines)
        others = order.lines.filter(answer=LineAnswer.OTHER).exists()
        move = Move.OFFER_OTHER if others else Move.ACCEPT
        reason = _reason(move, reason)
        record(order, move, actor, side=RULES[move].side, reason=reason, detail=detail)
    return order


def _reason(move: Move, reason: str) -> str:
    plain = checks.text("reason", reason, 1000)
    if RULES[move].reason and not plain:
        raise ReasonNeeded(field="reason")
    return plain


def _as_ordered(lines: Sequence[OrderLine]) -> list[LineAnswerInput]:
    return [
        LineAnswerInput(line_id=each.pk, quantity=each.quantity, unit_price=each.unit_price)
        for each in lines
    ]


def _answered(order: Order, given: Sequence[LineAnswerInput]) -> dict[str, Any]:
    """Put the answers on the lines; what the history keeps of them."""
    by_line = {each.line_id: each for each in given}
    lines = lines_of(order)
    if len(by_line) != len(given) or set(by_line) != {each.pk for each in lines}:
        raise AnswerWrong()
    for line in lines:
        said = by_line[line.pk]
        line.answered_quantity = checks.number("quantity", said.quantity, zero=True)
        line.answered_price = checks.number("unit_price", said.unit_price, digits=15, zero=True)
        line.answered_delivery = said.delivery
        as_ordered = (line.quantity, line.unit_price) == (said.quantity, said.unit_price)
        line.answer = LineAnswer.CONFIRMED if as_ordered else LineAnswer.OTHER
    OrderLine.objects.bulk_update(lines, ANSWER)
    return {
        "lines": [
            {
                "line": str(each.pk), "answer": str(each.answer),
                "quantity": to_wire(by_line[each.pk].quantity),
                "unit_price": to_wire(by_line[each.pk].unit_price),
                "delivery": each.answered_delivery and each.answered_delivery.isoformat(),
            }
            for each in lines
        ]
    }  # fmt: skip
