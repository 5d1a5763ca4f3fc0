"""Requests for quotation: sealed until the opening, compared, accepted line by line, ordered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from crm_core.access.errors import AccessForbidden
from crm_core.companies.models import Role, Standing
from crm_core.notifications.models import Notice
from infra.models import OutboxMessage
from infra.relay import Event
from kernel.clock import utc_now
from marketplace.carts.errors import CartEmpty
from marketplace.carts.selectors import cart_lines
from marketplace.carts.services import filling
from marketplace.orders.models import Order, OrderLine
from marketplace.quotes import notices, selectors
from marketplace.quotes.errors import (
    ChoiceWrong,
    DeadlineOver,
    NothingAsked,
    QuoteExpired,
    QuoteFieldWrong,
    QuotesSealed,
    RfqMoved,
    RfqNotFound,
    SupplierNotInvitable,
)
from marketplace.quotes.models import Quote, Rfq, RfqAward, RfqEvent, RfqState
from marketplace.quotes.services import deciding, drafting, quoting, running
from marketplace.quotes.services.deciding import ChoiceInput
from tests import catalog_house
from tests import quote_house as house
from tests.catalog_house import buyer
from tests.people import make_actor, make_company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists_loaded")]
D = Decimal


def choice(answer, quantity, reason=""):
    return ChoiceInput(answer=answer.pk, quantity=D(quantity), reason=reason)


def over(rfq):
    Rfq.objects.filter(pk=rfq.pk).update(deadline=utc_now() - timedelta(minutes=1))


def test_prices_are_sealed_until_the_deadline_then_opened_together():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.opened(officer, one, two)
    house.quote(one, rfq, "1.20", "900")
    with pytest.raises(QuotesSealed):
        selectors.comparison(officer, rfq.pk)
    with pytest.raises(QuotesSealed):
        running.open_quotes(actor=officer, rfq_id=rfq.pk)
    assert running.open_due() == 0
    over(rfq)
    assert running.open_due() == 1
    rfq.refresh_from_db()
    assert (rfq.state, rfq.quotes_opened_at is not None) == (RfqState.CLOSED, True)
    assert len(selectors.comparison(officer, rfq.pk).columns) == 1
    assert rfq.events.get(move="opened").actor is None
    with pytest.raises(RfqMoved):
        house.quote(two, rfq, "1", "1")


def test_the_clock_ends_quoting_before_anybody_opens():
    one = house.bidder()
    rfq = house.opened(buyer(), one)
    house.quote(one, rfq, "1.20", "900")
    over(rfq)
    for late in (
        lambda: house.quote(one, rfq, "1", "1"),
        lambda: quoting.withdraw_quote(actor=one, rfq_id=rfq.pk),
    ):
        with pytest.raises(DeadlineOver):
            late()


def test_once_all_have_answered_the_buyer_may_open():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.opened(officer, one, two)
    house.quote(one, rfq, "1.20", "900")
    quoting.decline(actor=two, rfq_id=rfq.pk, reason="No capacity")
    assert running.open_quotes(actor=officer, rfq_id=rfq.pk).state == RfqState.CLOSED


def test_a_quote_is_revised_and_withdrawn_and_the_old_prices_are_gone():
    officer, one = buyer(), house.bidder()
    rfq = house.opened(officer, one)
    house.quote(one, rfq, "1.20", "900")
    again = house.quote(one, rfq, "1.10", None)
    assert (again.revision, again.lines.count()) == (2, 2)
    assert house.answer(rfq, one, 1).price == D("1.10")
    quoting.withdraw_quote(actor=one, rfq_id=rfq.pk)
    with pytest.raises(QuotesSealed):  # it has not answered any more
        running.open_quotes(actor=officer, rfq_id=rfq.pk)
    over(rfq)
    running.open_due()
    assert selectors.comparison(officer, rfq.pk).columns == []
    moves = list(rfq.events.values_list("move", flat=True))
    assert moves == ["created", "published", "quoted", "revised", "withdrawn", "opened"]


def test_a_supplier_sees_only_what_it_is_invited_to_and_not_the_draft():
    officer, one, other = buyer(), house.bidder(), house.bidder()
    rfq = house.draft(officer, one)
    assert list(selectors.rfqs(one)) == []
    running.open_rfq(actor=officer, rfq_id=rfq.pk)
    assert list(selectors.rfqs(one)) == [rfq]
    assert list(selectors.rfqs(other)) == []
    with pytest.raises(RfqNotFound):
        house.quote(other, rfq, "1", "1")
    with pytest.raises(RfqNotFound):
        selectors.comparison(one, rfq.pk)


def test_only_verified_sellers_are_invited_and_something_is_asked():
    officer = buyer()
    rfq = drafting.create_rfq(actor=officer, rfq=house.typed())
    for company in (make_company(standing=Standing.DRAFT), make_company(sells=False)):
        with pytest.raises(SupplierNotInvitable):
            drafting.invite(actor=officer, rfq_id=rfq.pk, suppliers=[company.pk])
    with pytest.raises(SupplierNotInvitable):
        drafting.invite(actor=officer, rfq_id=rfq.pk, suppliers=[officer.company_id])
    with pytest.raises(NothingAsked):
        running.open_rfq(actor=officer, rfq_id=rfq.pk)


def test_a_requester_drafts_and_an_officer_opens():
    company = make_company(sells=False)
    requester = make_actor(Role.REQUESTER, company)
    rfq = house.draft(requester, house.bidder())
    with pytest.raises(AccessForbidden):
        running.open_rfq(actor=requester, rfq_id=rfq.pk)
    running.open_rfq(actor=make_actor(Role.OFFICER, company), rfq_id=rfq.pk)


def test_numbers_are_in_a_row_per_buyer():
    officer = buyer()
    serials = [
        house.draft(officer).serial,
        house.draft(officer).serial,
        house.draft(buyer()).serial,
    ]
    assert serials == [1, 2, 1]


def test_suppliers_that_offer_the_product_are_suggested():
    manager, officer = catalog_house.manager(), buyer()
    offer = catalog_house.active(manager)
    house.bidder()
    line = drafting.LineInput(product=offer.product_id, quantity=D(1))
    rfq = house.draft(officer, lines=[line])
    assert [each.pk for each in selectors.suggested(officer, rfq)] == [manager.company_id]
    assert rfq.lines.get().name == offer.product.name


def test_every_line_is_answered_with_own_offers_and_beyond_the_deadline():
    one = house.bidder()
    rfq = house.opened(buyer(), one)
    strange = catalog_house.active(catalog_house.manager())
    first, second = rfq.lines.all()
    priced = quoting.AnswerInput(line=first.pk, price=D(1))
    wrong = (
        {"answers": [priced]},
        {"answers": [priced, quoting.AnswerInput(line=second.pk)]},
        {"answers": [priced, quoting.AnswerInput(line=second.pk, price=D(1), offer=strange.pk)]},
        {"answers": [quoting.AnswerInput(line=each.pk, no_bid="no") for each in (first, second)]},
        {"valid_until": utc_now().date()},
    )
    for values in wrong:
        with pytest.raises(QuoteFieldWrong):
            house.quote(one, rfq, "1", "1", **values)
    assert not Quote.objects.exists()


def test_the_comparison_marks_the_lowest_and_what_is_missing():
    officer, one, two = buyer(), house.bidder(legal_name="A"), house.bidder(legal_name="B")
    rfq = house.closed(officer, (one, ("1.20", "900")), (two, ("1.10", None)))
    found = selectors.comparison(officer, rfq.pk)
    by = {each.quote.invitation.supplier_id: each for each in found.columns}
    assert by[one.company_id].total == D(4620)
    assert (by[one.company_id].missing, by[two.company_id].missing) == (0, 1)
    # Cheaper in sum, but only because a line is missing.
    assert by[one.company_id].lowest_total
    assert not by[two.company_id].lowest_total
    lowest = [[each.lowest for each in cells] for _line, cells in found.rows]
    order = [each.quote.invitation.supplier_id for each in found.columns]
    assert lowest[0][order.index(two.company_id)]
    assert not lowest[0][order.index(one.company_id)]


def test_the_comparison_takes_the_same_queries_however_many_quote(django_assert_num_queries):
    officer = buyer()
    rfq = house.closed(officer, *[(house.bidder(), ("1.20", "900")) for _ in range(4)])
    with django_assert_num_queries(5):
        selectors.comparison(officer, rfq.pk)


def test_another_currency_is_never_the_lowest():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.opened(officer, one, two)
    house.quote(one, rfq, "1.20", "900")
    house.quote(two, rfq, "0.10", "9", currency="USD")
    running.open_quotes(actor=officer, rfq_id=rfq.pk)
    with pytest.raises(ChoiceWrong):
        deciding.decide(actor=officer, rfq_id=rfq.pk,
                        choices=[choice(house.answer(rfq, two, 1), 100)])  # fmt: skip


def test_lines_split_between_suppliers_become_their_orders():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.closed(officer, (one, ("1.20", "900")), (two, ("1.10", "950")))
    choices = [
        choice(house.answer(rfq, two, 1), 60),
        choice(house.answer(rfq, one, 1), 40, "Faster"),
        choice(house.answer(rfq, one, 2), 5),
    ]
    orders = deciding.decide(actor=officer, rfq_id=rfq.pk, choices=choices)
    totals = {each.supplier_id: each.total for each in orders}
    assert totals == {one.company_id: D(4548), two.company_id: D(66)}
    line = OrderLine.objects.get(order__supplier_id=two.company_id)
    assert line.price_rule["scope"] == "quote"
    assert RfqAward.objects.get(pk=line.pk).order_id == line.order_id
    with pytest.raises(RfqMoved):
        deciding.decide(actor=officer, rfq_id=rfq.pk, choices=choices)
    assert Order.objects.count() == 2


def test_not_the_lowest_and_above_the_asked_need_a_reason():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.closed(officer, (one, ("1.20", "900")), (two, ("1.10", "950")))
    dear, cheap = house.answer(rfq, one, 1), house.answer(rfq, two, 1)
    for choices in (
        [],
        [choice(dear, 100)],
        [choice(cheap, 101)],
        [choice(cheap, 100), choice(cheap, 1)],
        [choice(cheap, 100), choice(house.answer(rfq, two, 2), 5)],
    ):
        with pytest.raises(ChoiceWrong):
            deciding.decide(actor=officer, rfq_id=rfq.pk, choices=choices)
    both = [choice(cheap, 100), choice(dear, 20, "Stock for the winter")]
    assert len(deciding.decide(actor=officer, rfq_id=rfq.pk, choices=both)) == 2


def test_a_quote_that_ended_is_not_accepted():
    officer, one = buyer(), house.bidder()
    rfq = house.closed(officer, (one, ("1.20", "900")))
    Quote.objects.update(valid_until=utc_now().date() - timedelta(days=1))
    with pytest.raises(QuoteExpired):
        deciding.decide(actor=officer, rfq_id=rfq.pk,
                        choices=[choice(house.answer(rfq, one, 1), 100)])  # fmt: skip
    assert not Order.objects.exists()


def test_each_supplier_is_told_of_its_own_lines_only():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.closed(officer, (one, ("1.20", "900")), (two, ("1.10", "950")))
    deciding.decide(actor=officer, rfq_id=rfq.pk, choices=[choice(house.answer(rfq, two, 1), 100)])
    facts = OutboxMessage.objects.filter(type__in=["rfq.decided", "rfq.not_chosen"])
    told = {(each.type, *each.payload["suppliers"]): each for each in facts}
    won = told["rfq.decided", str(two.company_id)]
    assert won.payload["lines"] == 1
    assert ("rfq.not_chosen", str(one.company_id)) in told
    assert "1.10" not in str([each.payload for each in facts])
    notices.on_rfq(_event(won))
    assert set(Notice.objects.values_list("recipient_id", flat=True)) == {two.user_id}


def test_who_has_not_answered_is_reminded_once_a_day_before():
    officer, one, two = buyer(), house.bidder(), house.bidder()
    rfq = house.opened(officer, one, two)
    house.quote(one, rfq, "1.20", "900")
    assert running.remind_due() == 0
    Rfq.objects.update(deadline=utc_now() + timedelta(hours=20))
    assert (running.remind_due(), running.remind_due()) == (1, 0)
    fact = OutboxMessage.objects.get(type="rfq.reminded")
    assert fact.payload["suppliers"] == [str(two.company_id)]


def test_a_cancelled_request_has_a_reason_and_ends():
    officer, one = buyer(), house.bidder()
    rfq = house.opened(officer, one)
    running.cancel_rfq(actor=officer, rfq_id=rfq.pk, reason="Budget moved")
    with pytest.raises(RfqMoved):
        house.quote(one, rfq, "1", "1")
    with pytest.raises(RfqMoved):
        running.open_quotes(actor=officer, rfq_id=rfq.pk)


def test_the_database_keeps_history_and_awards():
    officer, one = buyer(), house.bidder()
    rfq = house.closed(officer, (one, ("1.20", "900")))
    deciding.decide(actor=officer, rfq_id=rfq.pk, choices=[choice(house.answer(rfq, one, 1), 100)])
    for change in (
        lambda: RfqEvent.objects.update(reason="another"),
        lambda: RfqEvent.objects.all().delete(),
        lambda: RfqAward.objects.update(quantity=D(1)),
        lambda: Rfq.objects.update(state="open"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def _event(message):
    return Event(
        id=str(message.pk), source="outbox", type=message.type, subject=message.subject,
        seq=message.seq, occurred_at=message.occurred_at, actor=message.actor,
        parties=tuple(message.parties), payload=message.payload,
    )  # fmt: skip


def test_what_is_in_the_cart_becomes_a_draft_to_its_suppliers():
    officer, sellers = buyer(), [catalog_house.manager() for _ in range(2)]
    with pytest.raises(CartEmpty):
        drafting.request_from_cart(actor=officer)
    for number, seller in enumerate(sellers, 1):
        offer = catalog_house.active(seller, sku=f"B-{number}", gtin="", name_en=f"Bolt {number}")
        filling.add_line(actor=officer, offer_id=offer.pk, quantity=D(10 * number))

    made = drafting.request_from_cart(actor=officer)

    assert made.state == RfqState.DRAFT
    asked = made.lines.values_list("name", "quantity", "product__name_en")
    assert sorted(asked) == [("Bolt 1", 10, "Bolt 1"), ("Bolt 2", 20, "Bolt 2")]
    invited = set(made.invitations.values_list("supplier_id", flat=True))
    assert invited == {each.company_id for each in sellers}
    assert len(cart_lines(officer)) == 2
