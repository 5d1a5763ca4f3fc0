"""The list of orders, and one order with what either side can do with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.sheets import MEDIA_TYPES
from marketplace.acting import done_or_told
from marketplace.orders import exports, selectors, wording
from marketplace.orders.domain.life import Move, Side
from marketplace.orders.errors import OrderFieldWrong
from marketplace.orders.models import OrderState
from marketplace.orders.policies import order_of
from marketplace.orders.services.living import LineAnswerInput, answer_order, move_order

PER_PAGE = 25
READ = Capability.ORDER_READ


@require_safe
@as_actor(READ)
def order_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Orders that the company placed and got."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:200]
    found = selectors.orders(actor, state=state, search=words)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "state": state if state in OrderState.values else "",
        "states": OrderState.choices,
        "words": words,
        "own": actor.company_id,
        "query": request.GET.urlencode(),
    }
    return render(request, "orders/list.html", context)


@require_safe
@as_actor(READ)
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The list as it is narrowed, as a file."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()[:200]
    content = exports.export(selectors.orders(actor, state=state, search=words), form)
    answer = HttpResponse(content, content_type=MEDIA_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="orders.{form}"'
    return answer


@require_safe
@as_actor(READ)
def detail(request: HttpRequest, actor: Actor, order_id: UUID) -> HttpResponse:
    """One order: its lines, what the supplier answered, and its history."""
    seen = order_of(actor, order_id)
    moves = seen.moves(actor)
    lines = selectors.lines_of(seen.order)
    answered = [each.answered_total for each in lines if each.answered_total is not None]
    context = {
        "order": seen.order,
        "lines": lines,
        "answered": sum(answered, Decimal(0)) if answered else None,
        "history": selectors.history_of(seen.order),
        "is_buyer": seen.side is Side.BUYER,
        "may_answer": Move.ACCEPT in moves,
        "buttons": wording.buttons(moves),
    }
    return render(request, "orders/detail.html", context)


@require_POST
@as_actor(READ)
def move(request: HttpRequest, actor: Actor, order_id: UUID) -> HttpResponse:
    """Make a move that needs no values."""
    return done_or_told(
        request,
        lambda: move_order(
            actor=actor, order_id=order_id, move=_move(request.POST.get("move", "")),
            reason=request.POST.get("reason", ""),
        ),
        success=_("Done. The other side is told."),
        back=lambda: redirect("orders:detail", order_id),
    )  # fmt: skip


@require_POST
@as_actor(READ)
def answer(request: HttpRequest, actor: Actor, order_id: UUID) -> HttpResponse:
    """Answer the lines of an order."""

    def act() -> None:
        order = order_of(actor, order_id).order
        actor.require(Capability.ORDER_ANSWER)
        given = [
            LineAnswerInput(
                line_id=each.pk,
                quantity=_number(request.POST.get(f"quantity-{each.pk}", "")),
                unit_price=_number(request.POST.get(f"price-{each.pk}", "")),
                delivery=_day(request.POST.get(f"delivery-{each.pk}", "")),
            )
            for each in selectors.lines_of(order)
        ]
        answer_order(
            actor=actor, order_id=order_id, lines=given, reason=request.POST.get("reason", "")
        )

    return done_or_told(
        request, act, success=_("The answer is sent."),
        back=lambda: redirect("orders:detail", order_id),
    )  # fmt: skip


def _move(text: str) -> Move:
    if text not in {each.value for each in wording.BUTTON}:
        raise OrderFieldWrong(field="move", reason=_("Choose from the list."))
    return Move(text)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise OrderFieldWrong(field="lines", reason=_("Write a number.")) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError as error:
        raise OrderFieldWrong(field="lines", reason=_("Write a date.")) from error
