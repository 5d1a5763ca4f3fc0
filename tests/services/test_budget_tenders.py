"""A tender with a fixed budget: from the draft to the order of a quantity."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.terms import Format, StepKind
from auctions.selectors import load
from crm_core.access.actor import load_actor
from crm_core.companies.errors import LimitExceeded
from crm_core.companies.models import Membership
from kernel.decimals import to_wire
from marketplace.tenders import wording
from marketplace.tenders.errors import FieldWrong, TenderIncomplete
from marketplace.tenders.figures import totals
from marketplace.tenders.formats import BY_FORMAT, amount_unit
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from marketplace.tenders.services import drafting, ending, lots, publishing
from marketplace.tenders.terms_fields import fields_of
from tests import tender_house as house
from tests.services.test_protocol_pdf import text_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LOT = {
    "title": "Training days", "quantity": "1200", "unit": "DAY", "scale": 0, "ceiling": "",
    "budget": "100000", "floor": "1000", "baseline": "90.50",
}  # fmt: skip


def drafted(sellers: list[Any] | None = None, *, lot: Any = None, **rules: Any) -> tuple[Any, Any]:
    officer = house.buyer()
    sellers = [house.supplier("A"), house.supplier("B")] if sellers is None else sellers
    tender = house.draft(officer, sellers, format="budget", **rules)
    found = tender.lots.get()
    typed = house.lot(**{**LOT, **(lot or {})})
    lots.update_lot(actor=officer, tender_id=tender.pk, lot_id=found.pk, lot=typed)
    return officer, tender


def closed(**rules: Any) -> tuple[Any, Any, Tender]:
    sellers = [house.supplier("Alfa OÜ"), house.supplier("Bravo OÜ")]
    officer, tender = drafted(sellers, **rules)
    publishing.publish(actor=officer, tender_id=tender.pk)
    for seller in sellers:
        house.accept(seller, tender)
    house.play(
        tender,
        [(MINUTE, sellers[0], "1100"), (2 * MINUTE, sellers[1], "1200"),
         (3 * MINUTE, sellers[0], "1234")],
    )  # fmt: skip
    return officer, sellers, Tender.objects.select_related("company").get(pk=tender.pk)


def test_lots_pasted_as_a_table_have_budget_and_floor() -> None:
    in_order, named = (
        lots.lots_from_text("Training;1200;DAY;;;90.50;;100000;1000"),
        lots.lots_from_text("title;quantity;budget;floor\nTraining;1200;100000;1000"),
    )
    assert [(each.budget, each.floor) for each in (*in_order, *named)] == [("100000", "1000")] * 2
    officer, tender = drafted()
    (made,) = lots.add_lots(actor=officer, tender_id=tender.pk, lots=in_order)
    made.refresh_from_db()
    assert (made.budget, made.floor, made.ceiling) == (100_000, 1000, None)


def test_it_is_published_with_budget_and_floor_and_without_a_ceiling() -> None:
    officer, tender = drafted(lot={"ceiling": "550"})
    published = publishing.publish(actor=officer, tender_id=tender.pk)

    terms = load(published.auction_id).rules
    assert terms.format is Format.BUDGET
    (lot,) = terms.lots
    assert (lot.budget, lot.floor, lot.ceiling) == (Decimal("100000.00"), Decimal(1000), None)
    assert (lot.step.kind, lot.step.percent) == (StepKind.PERCENT, Decimal(1))
    assert to_wire(lot.budget or Decimal(0)) == "100000.00"


@pytest.mark.parametrize(
    ("lot", "field"),
    [
        ({"budget": "", "baseline": ""}, "budget"),
        ({"reserve": "900"}, "reserve"),
        ({"grid": "7"}, "floor"),
    ],
)
def test_what_is_missing_is_named_beside_its_field(lot: dict[str, str], field: str) -> None:
    officer, tender = drafted(lot=lot)

    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert [(problem.field, problem.lot) for problem in built.problems] == [(field, 1)]
    with pytest.raises(TenderIncomplete):
        publishing.publish(actor=officer, tender_id=tender.pk)


def test_quantities_have_their_own_decimal_places_and_prices_two() -> None:
    _, tender = drafted()
    found = tender.lots.get()
    assert (found.scale, found.money_scale, found.baseline) == (0, 2, Decimal("90.50"))

    with pytest.raises(FieldWrong) as refused:
        drafted(lot={"floor": "10.5"})
    assert refused.value.field == "floor"


def test_changed_to_an_open_auction_the_budget_is_left_out() -> None:
    officer, tender = drafted(lot={"ceiling": "550"})
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"format": "english"})

    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert built.problems == ()
    assert built.terms is not None
    (lot,) = built.terms.lots
    assert (lot.budget, lot.floor, lot.ceiling) == (None, None, Decimal(550))


def test_the_budget_is_what_it_costs() -> None:
    officer, tender = drafted()
    row = Membership.objects.get(user=officer.user_id, company=officer.company_id)
    for limit, fits in ((99_999, False), (100_000, True)):
        row.limit_amount, row.limit_currency = Decimal(limit), tender.currency
        row.save()
        actor = load_actor(officer.user_id, officer.company_id)
        if fits:
            publishing.publish(actor=actor, tender_id=tender.pk)
        else:
            with pytest.raises(LimitExceeded):
                publishing.publish(actor=actor, tender_id=tender.pk)


def test_the_terms_speak_of_quantities_and_of_no_price_that_is_bid() -> None:
    officer, tender = drafted(**{"feedback.lead": True})
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert built.terms is not None
    sections = {section.key: section.sentences for section in wording.in_words(built.terms)}

    assert "price" not in sections
    said = " ".join(sections["format"])
    assert "the buyer pays the budget" in said
    assert "The highest quantity wins" in said
    assert "least first quantity" in said
    assert "leading quantity" in " ".join(sections["feedback"])
    assert "25.00" in " ".join(sections["guard"]) or "25" in " ".join(sections["guard"])
    every = " ".join(" ".join(each) for key, each in sections.items() if key != "award")
    assert "lowest" not in every
    assert "undercut" not in every
    assert wording.step_in_words(built.terms.lots[0], "EUR", "d").startswith("1")


def test_the_settings_are_called_by_what_is_bid() -> None:
    _, tender = drafted()
    labels = {field.key: str(field.label) for field in fields_of(tender.rules)}

    assert labels["basis"] == "A bid must exceed"
    assert labels["feedback.lead"] == "Leading quantity"
    assert "automatic_bids" not in labels
    assert "scoring.method" not in labels
    assert amount_unit(tender) == ""
    assert set(BY_FORMAT[Format.BUDGET].called) <= set(labels)


def test_the_highest_quantity_is_ordered_for_the_budget() -> None:
    officer, sellers, tender = closed()

    (lot,) = protocol_for(officer, tender)["lots"]
    assert lot["outcome_text"] == "The highest quantity leads."
    assert (lot["budget"], lot["floor"]) == ("100000.00", "1000")
    assert [(row["rank"], row["quantity_offered"]) for row in lot["standing"]] == [
        (1, "1234"), (2, "1200"),
    ]  # fmt: skip
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[0].company_id
    )
    tender.refresh_from_db()
    document = protocol_for(officer, tender)
    award = document["lots"][0]["award"]
    assert award["departs"] is False
    assert {name: award[name] for name in award if name in (
        "quantity_offered", "unit_price", "unit_price_exact", "total")} == {
        "quantity_offered": "1234", "unit_price": "81.037277",
        "unit_price_exact": "100000.00 / 1234", "total": "100000.00",
    }  # fmt: skip
    assert "price" not in award
    sums = totals(document)
    assert (sums.price, sums.baseline) == (Decimal(100_000), Decimal("111677.00"))


def test_pages_and_pdf_say_quantity_and_budget() -> None:
    officer, sellers, tender = closed()
    ending.confirm_result(
        actor=officer, tender_id=tender.pk, lot=1, company_id=sellers[0].company_id
    )
    browser = house.signed_in(officer)
    result = browser.get(f"/tenders/{tender.pk}/result/").content.decode()
    assert "100000.00 / 1234" in result
    assert "81.037277" in result
    protocol = browser.get(f"/tenders/{tender.pk}/protocol/").content.decode()
    assert "100000.00 / 1234" in protocol
    pdf = " ".join(text_of(browser.get(f"/tenders/{tender.pk}/protocol.pdf").content).split())
    assert "100000.00 / 1234" in pdf
    assert "81.037277" in pdf
    loser = house.signed_in(sellers[1])
    told = loser.get(f"/tenders/{tender.pk}/protocol.json").content.decode()
    assert not re.search(r"\b1234\b", told)  # the digits alone may stand in any hash


def test_a_reserve_is_the_least_quantity_that_wins() -> None:
    officer, _, tender = closed(lot={"reserve": "1300"})

    document = protocol_for(officer, tender)
    assert document["lots"][0]["outcome"] == "reserve_not_met"
    assert document["lots"][0]["reserve"] == "1300"


def test_supplier_and_buyer_read_budget_and_least_quantity_before_the_start() -> None:
    sellers = [house.supplier("A"), house.supplier("B")]
    officer, tender = drafted(sellers)
    edit = house.signed_in(officer).get(f"/tenders/{tender.pk}/edit/").content.decode()
    assert "100,000.00" in edit
    published = publishing.publish(actor=officer, tender_id=tender.pk)

    page = house.signed_in(sellers[0]).get(f"/tenders/{published.pk}/").content.decode()
    assert "100,000.00" in page
    assert "1,000" in page
    assert "bids are quantities" in page
