"""A tender as a Dutch or a Japanese auction: what the officer chooses, what suppliers read."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from auctions.domain.terms import Format, LotOrder
from auctions.selectors import load
from crm_core.access.actor import load_actor
from crm_core.companies.errors import LimitExceeded
from crm_core.companies.models import Membership
from marketplace.tenders import wording
from marketplace.tenders.errors import TenderIncomplete
from marketplace.tenders.services import drafting, lots, publishing
from tests import tender_house as house

pytestmark = pytest.mark.django_db

DUTCH = {"start": "400", "reserve": "500"}
JAPANESE = {"start": "600"}


def drafted(of: Format, lot: dict[str, str], **rules: Any) -> tuple[Any, Any]:
    officer = house.buyer()
    tender = house.draft(
        officer, [house.supplier("A"), house.supplier("B")], format=of.value, **rules
    )
    found = tender.lots.get()
    typed = house.lot(**lot)
    lots.update_lot(actor=officer, tender_id=tender.pk, lot_id=found.pk, lot=typed)
    return officer, tender


@pytest.mark.parametrize(
    ("of", "lot"), [(Format.DUTCH, DUTCH), (Format.JAPANESE, JAPANESE)], ids=["dutch", "japanese"]
)
def test_it_is_published_with_the_rules_of_its_format(of: Format, lot: dict[str, str]) -> None:
    officer, tender = drafted(of, lot)
    published = publishing.publish(actor=officer, tender_id=tender.pk)
    terms = load(published.auction_id).rules
    assert terms.format is of
    (first,) = terms.lots
    assert (first.start, first.ceiling) == (Decimal(lot["start"]), None)
    assert first.step.percent == Decimal(1)
    assert not terms.feedback.rank
    if of is Format.DUTCH:
        assert terms.dutch is not None
        assert terms.dutch.tick == timedelta(seconds=60)
        assert terms.lot_order is LotOrder.SERIAL
        assert first.reserve_commitment is not None
    else:
        assert terms.japanese is not None
        assert terms.japanese.level == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("of", "lot", "field"),
    [
        (Format.DUTCH, {"reserve": "500"}, "start"),
        (Format.DUTCH, {"start": "400"}, "reserve"),
        (Format.DUTCH, {"start": "400", "reserve": "300"}, "reserve"),
        (Format.JAPANESE, {}, "start"),
        (Format.JAPANESE, {"start": "400", "reserve": "500"}, "reserve"),
    ],
)
def test_what_is_missing_is_named_beside_its_field(
    of: Format, lot: dict[str, str], field: str
) -> None:
    officer, tender = drafted(of, lot)
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert [(problem.field, problem.lot) for problem in built.problems] == [(field, 1)]
    with pytest.raises(TenderIncomplete):
        publishing.publish(actor=officer, tender_id=tender.pk)


@pytest.mark.parametrize(
    ("of", "lot"), [(Format.DUTCH, DUTCH), (Format.JAPANESE, JAPANESE)], ids=["dutch", "japanese"]
)
def test_the_terms_say_the_rules_of_the_format_and_no_others(
    of: Format, lot: dict[str, str]
) -> None:
    officer, tender = drafted(of, lot)
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert built.terms is not None
    sections = {section.key: section.sentences for section in wording.in_words(built.terms)}
    assert set(sections) == {"format", "changes", "trust", "award"}
    said = " ".join(sections["format"])
    assert ("hidden reserve" in said) is (of is Format.DUTCH)
    assert ("drops nobody out" in said) is (of is Format.JAPANESE)


def test_changed_back_to_an_open_auction_the_ceiling_counts_again() -> None:
    officer, tender = drafted(Format.DUTCH, DUTCH)
    drafting.set_terms(actor=officer, tender_id=tender.pk, rules={"format": "english"})
    built = publishing.check_for_publication(actor=officer, tender_id=tender.pk)
    assert built.problems == ()
    assert built.terms is not None
    (lot,) = built.terms.lots
    assert (lot.start, lot.ceiling) == (None, Decimal("550.00"))
    assert built.terms.dutch is None


@pytest.mark.parametrize(
    ("of", "lot", "most"), [(Format.DUTCH, DUTCH, 50_000), (Format.JAPANESE, JAPANESE, 60_000)]
)
def test_the_most_it_may_cost_is_the_reserve_of_a_clock_and_the_start_of_a_round(
    of: Format, lot: dict[str, str], most: int
) -> None:
    officer, tender = drafted(of, lot)
    row = Membership.objects.get(user=officer.user_id, company=officer.company_id)
    for limit, fits in ((most - 1, False), (most, True)):
        row.limit_amount, row.limit_currency = Decimal(limit), tender.currency
        row.save()
        actor = load_actor(officer.user_id, officer.company_id)
        if fits:
            publishing.publish(actor=actor, tender_id=tender.pk)
        else:
            with pytest.raises(LimitExceeded):
                publishing.publish(actor=actor, tender_id=tender.pk)
