"""Orders: issued once, numbered, totalled, kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm_core.access.errors import AccessForbidden, CompanyNotVerified
from crm_core.companies.models import Company, Role, Standing
from crm_core.notifications.models import Notice
from infra import relay
from infra.models import OutboxMessage
from kernel.ids import new_id
from marketplace.orders import selectors
from marketplace.orders.domain.life import Move
from marketplace.orders.errors import (
    AnswerWrong,
    OrderEmpty,
    OrderMoved,
    OrderNotFound,
    ReasonNeeded,
    SupplierNotOpen,
)
from marketplace.orders.models import LineAnswer, Order, OrderEvent, OrderLine, OrderSource
from marketplace.orders.services.issuing import Delivery, issue_orders
from marketplace.orders.services.living import LineAnswerInput, answer_order, move_order
from tests import order_house as house
from tests.catalog_house import buyer
from tests.people import make_actor, make_company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
D = Decimal


def test_lines_in_two_currencies_become_two_orders_with_numbers_in_a_row():
    actor, supplier = buyer(), house.supplier()
    first, second = house.issue(
        actor, supplier.company_id,
        house.line(), house.line(currency="USD", unit_price=D(2)), house.line(quantity=D("0.5")),
    )  # fmt: skip
    assert (first.currency_id, second.currency_id) == ("EUR", "USD")
    assert [each.total for each in first.lines.all()] == [D("37.05"), D("6.18")]  # 6.175, half-even
    assert (first.total, second.total) == (D("43.23"), D(6))
    year = first.placed_at.year
    assert [first.number, second.number] == [f"PO-{year}-00001", f"PO-{year}-00002"]
    fact = OutboxMessage.objects.get(type="order.issued", subject=first.urn)
    assert fact.payload["supplier_id"] == str(supplier.company_id)


def test_half_even_is_not_half_up():
    (order,) = house.issue(
        buyer(), house.supplier().company_id, house.line(quantity=D("0.5"), unit_price=D("12.33"))
    )
    assert order.total == D("6.16")  # 6.165


def test_each_buyer_numbers_its_own():
    supplier = house.supplier().company_id
    numbers = {house.issue(buyer(), supplier)[0].serial for _ in range(2)}
    assert numbers == {1}


def test_a_source_leads_to_an_order_once():
    actor, supplier, source = buyer(), house.supplier(), new_id()
    first = house.issue(actor, supplier.company_id, source_id=source)
    again = house.issue(actor, supplier.company_id, source_id=source)
    assert first == again
    assert (Order.objects.count(), OrderEvent.objects.count()) == (1, 1)


def test_the_line_keeps_the_id_and_the_rule_it_came_with():
    known = new_id()
    (order,) = house.issue(
        buyer(), house.supplier().company_id,
        house.line(line_id=known, price_rule={"scope": "contract", "contract": "A-1"}),
    )  # fmt: skip
    line = order.lines.get()
    assert (line.pk, line.price_rule["contract"]) == (known, "A-1")


def test_nothing_is_ordered_from_oneself_or_from_whom_nobody_verified():
    actor = buyer()
    with pytest.raises(SupplierNotOpen):
        house.issue(actor, actor.company_id)
    unverified = make_company(buys=False, standing=Standing.DRAFT)
    with pytest.raises(SupplierNotOpen):
        house.issue(actor, unverified.pk)
    only_buys = make_company(sells=False)
    with pytest.raises(SupplierNotOpen):
        house.issue(actor, only_buys.pk)


def test_only_a_verified_company_orders_and_only_by_those_who_may():
    unverified = make_company(sells=False, standing=Standing.DRAFT)
    supplier = house.supplier()
    with pytest.raises(CompanyNotVerified):
        house.issue(make_actor(Role.OFFICER, unverified), supplier.company_id)
    with pytest.raises(AccessForbidden):
        house.issue(make_actor(Role.AUDITOR, make_company()), supplier.company_id)


def test_an_order_has_lines():
    with pytest.raises(OrderEmpty):
        issue_orders(
            actor=buyer(), supplier_id=house.supplier().company_id, lines=[],
            delivery=Delivery(country="EE"), source=OrderSource.CART, source_id=new_id(),
        )  # fmt: skip


def test_the_database_keeps_history_and_lines_as_they_were():
    (order,) = house.issue(buyer(), house.supplier().company_id)
    changes = (
        lambda: OrderEvent.objects.update(reason="another"),
        lambda: OrderEvent.objects.all().delete(),
        lambda: OrderLine.objects.update(quantity=D(4)),
        lambda: OrderLine.objects.update(unit_price=D(1)),
        lambda: Order.objects.update(supplier=order.buyer_id),
        lambda: Order.objects.update(state="lost"),
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert Company.objects.filter(pk=order.buyer_id).exists()


@pytest.fixture
def sides():
    """A buyer and its supplier."""
    return buyer(), house.supplier()


def moved(actor, order, move, reason=""):
    return move_order(actor=actor, order_id=order.pk, move=Move(move), reason=reason)


def answered(actor, order, quantity="3", price="12.35", reason=""):
    lines = [
        LineAnswerInput(line_id=each.pk, quantity=D(quantity), unit_price=D(price))
        for each in order.lines.all()
    ]
    return answer_order(actor=actor, order_id=order.pk, lines=lines, reason=reason)


def test_an_order_is_acknowledged_accepted_and_closed_and_each_move_is_kept(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    moved(sells, order, "acknowledge")
    moved(sells, order, "accept")
    moved(buys, order, "close")
    history = list(order.events.order_by("id").values_list("move", "side", "state", "actor_id"))
    assert history == [
        ("issue", "buyer", "issued", buys.user_id),
        ("acknowledge", "supplier", "acknowledged", sells.user_id),
        ("accept", "supplier", "accepted", sells.user_id),
        ("close", "buyer", "closed", buys.user_id),
    ]
    assert order.lines.get().answer == LineAnswer.CONFIRMED


def test_other_values_wait_for_the_buyer_who_agrees(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    with pytest.raises(ReasonNeeded):
        answered(sells, order, quantity="2")
    assert order.lines.get().answer == ""
    assert answered(sells, order, quantity="2", reason="Two left").state == "conditional"
    line = selectors.lines_of(order)[0]
    assert (line.quantity, line.answered_total) == (3, D("24.70"))
    assert moved(buys, order, "agree").state == "accepted"


def test_what_the_buyer_does_not_agree_to_is_with_the_supplier_again(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    answered(sells, order, price="13", reason="Steel went up")
    assert moved(buys, order, "disagree", "The contract says 12.35").state == "acknowledged"
    assert order.lines.get().answer == ""
    kept = order.events.get(move="offer_other").detail["lines"][0]
    assert kept["unit_price"] == "13"
    assert answered(sells, order).state == "accepted"


def test_neither_side_makes_the_others_moves_nor_any_out_of_turn(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    with pytest.raises(AccessForbidden):
        moved(buys, order, "accept")
    with pytest.raises(AccessForbidden):
        moved(sells, order, "cancel", "No")
    both = make_actor(Role.BIDDER, house.company_of(buys))
    with pytest.raises(OrderMoved):
        moved(both, order, "accept")
    moved(sells, order, "accept")
    with pytest.raises(OrderMoved):
        moved(buys, order, "cancel", "Too late")
    with pytest.raises(OrderNotFound):
        moved(house.supplier(), order, "acknowledge")


def test_every_line_is_answered_once(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id, house.line(), house.line())
    one = LineAnswerInput(line_id=order.lines.first().pk, quantity=D(3), unit_price=D("12.35"))
    for given in ([one], [one, one], []):
        with pytest.raises(AnswerWrong):
            answer_order(actor=sells, order_id=order.pk, lines=given)


def test_the_other_side_is_told(sides):
    buys, sells = sides
    (order,) = house.issue(buys, sells.company_id)
    answered(sells, order, quantity="1", reason="One left")
    relay.drain()
    told = dict(
        Notice.objects.filter(kind__startswith="order.").values_list("kind", "recipient_id")
    )
    assert told == {"order.issued": sells.user_id, "order.other_offered": buys.user_id}
