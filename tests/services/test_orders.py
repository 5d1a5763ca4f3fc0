"""Orders: issued once, numbered, totalled, kept."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm_core.access.errors import AccessForbidden, CompanyNotVerified
from crm_core.companies.models import Company, Role, Standing
from infra.models import OutboxMessage
from kernel.ids import new_id
from marketplace.orders.errors import OrderEmpty, SupplierNotOpen
from marketplace.orders.models import Order, OrderEvent, OrderLine, OrderSource
from marketplace.orders.services.issuing import Delivery, issue_orders
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
