"""Carts: priced live, split by supplier; approved by another person; ordered once, all or none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Role
from kernel.clock import utc_now
from marketplace.carts import selectors
from marketplace.carts.errors import (
    CartEmpty,
    CartFaulty,
    CartLineNotFound,
    NotForCountry,
    OwnRequisition,
    RequisitionMoved,
    ReturnReasonNeeded,
)
from marketplace.carts.models import Requisition, RequisitionState
from marketplace.carts.services import filling, ordering
from marketplace.catalog.services import offers, prices
from marketplace.orders.models import Order
from tests import catalog_house as catalog
from tests import order_house as orders
from tests.people import make_actor, make_company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
D = Decimal


class Side:
    """A buyer with a requester, an approver and an owner."""

    def __init__(self):
        company = make_company(sells=False)
        self.requester, self.approver, self.owner = (
            make_actor(role, company) for role in (Role.REQUESTER, Role.APPROVER, Role.OWNER)
        )


@pytest.fixture
def side():
    return Side()


@pytest.fixture
def manager():
    return catalog.manager()


def rule(side, limit="1000", currency="EUR"):
    ordering.set_rule(actor=side.owner, currency=currency, limit=limit and D(limit))


def put(actor, offer, quantity="3"):
    return filling.add_line(actor=actor, offer_id=offer.pk, quantity=D(quantity))


def dearer(manager, offer, amount):
    old = offer.prices.get(valid_until=None)
    prices.end_price(actor=manager, price_id=old.pk)
    catalog.price(manager, offer, amount)


def test_lines_are_priced_live_and_split_by_supplier(side, manager):
    other = catalog.manager()
    one, two = catalog.active(manager), catalog.active(other, "2", sku="OTHER")
    put(side.requester, one)
    put(side.requester, two)
    put(side.requester, one, "1")
    found = selectors.parts(selectors.cart_lines(side.requester))
    assert [(each.supplier.pk, each.total) for each in found] == [
        (manager.company_id, D("50.00")), (other.company_id, D("6.00")),
    ]  # fmt: skip


def test_a_changed_price_and_an_offer_that_is_gone_are_shown(side, manager):
    offer = catalog.active(manager)
    put(side.requester, offer)
    dearer(manager, offer, "13")
    (line,) = selectors.cart_lines(side.requester)
    assert (line.has_new_price, line.total) == (True, D("39.00"))
    offers.withdraw_offer(actor=manager, offer_id=offer.pk)
    (line,) = selectors.cart_lines(side.requester)
    assert (line.is_gone, line.is_orderable, line.total) == (True, False, 0)
    with pytest.raises(CartFaulty):
        ordering.submit_cart(actor=side.requester)


def test_what_cannot_be_ordered_is_told_with_the_nearest_that_can(side, manager):
    offer = catalog.active(manager, min_order=D(2), increment=D(2))
    line = put(side.requester, offer, "3")
    (shown,) = selectors.cart_lines(side.requester)
    assert (shown.priced.fault, shown.priced.nearest) == ("no_multiple", 4)
    rule(side)
    with pytest.raises(CartFaulty):
        ordering.submit_cart(actor=side.requester)
    filling.change_line(actor=side.requester, line_id=line.pk, quantity=D(4))
    assert ordering.submit_cart(actor=side.requester).state == RequisitionState.ORDERED


def test_what_is_taken_out_can_be_put_back(side, manager):
    line = put(side.requester, catalog.active(manager))
    filling.remove_line(actor=side.requester, line_id=line.pk)
    assert selectors.cart_lines(side.requester) == []
    filling.put_back_line(actor=side.requester, line_id=line.pk)
    assert len(selectors.cart_lines(side.requester)) == 1
    assert filling.clear_cart(actor=side.requester) == 1
    assert selectors.removed_lines(side.requester).count() == 1
    with pytest.raises(CartEmpty):
        ordering.submit_cart(actor=side.requester)


def test_a_cart_is_its_persons_alone(side, manager):
    line = put(side.requester, catalog.active(manager))
    colleague = make_actor(Role.OFFICER, orders.company_of(side.requester))
    assert selectors.cart_lines(colleague) == []
    with pytest.raises(CartLineNotFound):
        filling.remove_line(actor=colleague, line_id=line.pk)
    with pytest.raises(AccessForbidden):
        selectors.cart_lines(side.approver)


def test_an_offer_for_other_countries_does_not_get_in(side, manager):
    with pytest.raises(NotForCountry):
        put(side.requester, catalog.active(manager, territory=("DE",)))


def test_within_the_rule_it_is_ordered_at_once_one_order_per_supplier(side, manager):
    rule(side, "56")
    other = catalog.manager()
    put(side.requester, catalog.active(manager), "4")
    put(side.requester, catalog.active(other, "2", sku="OTHER"))
    made = ordering.submit_cart(actor=side.requester, address="Sadama 1")
    assert made.state == RequisitionState.ORDERED
    found = Order.objects.filter(source_id=made.pk).order_by("serial")
    assert [each.total for each in found] == [D(50), D(6)]
    line = found[0].lines.get()
    assert line.pk == made.lines.get(position=1).pk
    assert line.price_rule["scope"] == "public"
    with pytest.raises(CartEmpty):  # a second click orders nothing
        ordering.submit_cart(actor=side.requester)


@pytest.mark.parametrize("limit", ["49.99", ""])
def test_above_the_rule_or_without_one_another_person_approves(side, manager, limit):
    rule(side, limit or None)
    put(side.requester, catalog.active(manager), "4")
    made = ordering.submit_cart(actor=side.requester)
    assert made.state == RequisitionState.WAITING
    assert not Order.objects.exists()
    approved = ordering.approve(actor=side.approver, requisition_id=made.pk)
    order = Order.objects.get(source_id=made.pk)
    assert approved.state == RequisitionState.ORDERED
    assert (order.placed_by_id, order.events.get().actor_id) == (
        side.requester.user_id, side.approver.user_id,
    )  # fmt: skip
    with pytest.raises(RequisitionMoved):
        ordering.approve(actor=side.approver, requisition_id=made.pk)


def test_nobody_approves_the_own_one_in_the_database_neither(side, manager):
    put(side.requester, catalog.active(manager))
    made = ordering.submit_cart(actor=side.requester)
    Requisition.objects.filter(pk=made.pk).update(asked_by=side.approver.user_id)
    with pytest.raises(OwnRequisition):
        ordering.approve(actor=side.approver, requisition_id=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Requisition.objects.filter(pk=made.pk).update(
            state="ordered", decided_by=side.approver.user_id, decided_at=utc_now()
        )


def test_a_price_that_rose_goes_back_and_one_that_fell_is_ordered(side, manager):
    offer = catalog.active(manager)
    put(side.requester, offer)
    made = ordering.submit_cart(actor=side.requester)
    dearer(manager, offer, "12.51")
    back = ordering.approve(actor=side.approver, requisition_id=made.pk)
    assert back.state == RequisitionState.RETURNED
    assert not Order.objects.exists()
    assert len(selectors.cart_lines(side.requester)) == 1

    again = ordering.submit_cart(actor=side.requester)
    dearer(manager, offer, "11")
    ordering.approve(actor=side.approver, requisition_id=again.pk)
    assert Order.objects.get().total == D(33)


def test_it_is_returned_with_a_reason_into_the_cart(side, manager):
    put(side.requester, catalog.active(manager))
    made = ordering.submit_cart(actor=side.requester)
    with pytest.raises(ReturnReasonNeeded):
        ordering.send_back(actor=side.approver, requisition_id=made.pk, reason=" ")
    ordering.send_back(actor=side.approver, requisition_id=made.pk, reason="Not this year")
    (line,) = selectors.cart_lines(side.requester)
    assert line.line.quantity == 3


def test_a_cart_takes_the_same_queries_however_long(side, manager, django_assert_num_queries):
    for number in range(4):
        put(side.requester, catalog.active(manager, sku=f"S-{number}", gtin=""))
    with django_assert_num_queries(6):
        selectors.cart_lines(side.requester)
