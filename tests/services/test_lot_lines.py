"""Positions of a lot in a tender: kept, copied, put into the terms, and read before accepting."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from auctions.domain.terms import LineRules
from auctions.models import Auction
from auctions.selectors import load
from auctions.subject import subject_from
from kernel.clock import utc_now
from marketplace import lists
from marketplace.tenders import errors
from marketplace.tenders.building import build
from marketplace.tenders.models import LotLine
from marketplace.tenders.services import drafting, lines, lots, publishing
from marketplace.tenders.services.lines import LineInput
from marketplace.tenders.wording import in_words
from reference.models import Unit
from tests import tender_house as house

pytestmark = pytest.mark.django_db

BOLT = LineInput(title="Bolt M12", quantity="1 000", unit="c62", scale=4, ceiling="0,12")
NUT = LineInput(title="Nut M12", quantity="1000")


def draft(officer, sellers, *typed, **rules):
    tender = house.draft(officer, sellers, **rules)
    lot = tender.lots.get(number=1)
    if typed:
        lines.set_lines(actor=officer, tender_id=tender.pk, lot_id=lot.pk, lines=typed)
        lot.refresh_from_db()
    return SimpleNamespace(tender=tender, lot=lot, names={"tender_id": tender.pk, "lot_id": lot.pk})


@pytest.fixture
def units():
    """The piece is in the list, whatever this process has read of it before."""
    lists._symbols.cache_clear()
    Unit.objects.get_or_create(code="C62", defaults={"symbol_en": "1", "name_en": "one"})
    yield
    lists._symbols.cache_clear()


def titles(lot):
    return [(line.number, line.title) for line in lot.lines.order_by("number")]


def test_positions_make_the_lot_one_lot_and_stay_with_it(officer, sellers):
    made = draft(officer, sellers, BOLT, NUT)
    assert titles(made.lot) == [(1, "Bolt M12"), (2, "Nut M12")]
    assert (made.lot.quantity, made.lot.unit) == (Decimal(1), "LO")
    bolt = made.lot.lines.get(number=1)
    assert (bolt.quantity, bolt.unit, bolt.ceiling) == (Decimal(1000), "C62", Decimal("0.12"))

    lots.update_lot(actor=officer, lot=house.lot("Fasteners", quantity="7"), **made.names)
    made.lot.refresh_from_db()
    assert (made.lot.title, made.lot.quantity, made.lot.unit) == ("Fasteners", Decimal(1), "LO")


def test_they_are_replaced_as_a_whole_and_appended_to(officer, sellers):
    made = draft(officer, sellers, BOLT, NUT)
    lines.set_lines(actor=officer, lines=[NUT], **made.names)
    assert titles(made.lot) == [(1, "Nut M12")]
    lines.add_lines(actor=officer, lines=[BOLT], **made.names)
    assert titles(made.lot) == [(1, "Nut M12"), (2, "Bolt M12")]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (LineInput(title=" ", quantity="1"), "lines.2.title"),
        (LineInput(title="x", quantity=""), "lines.2.quantity"),
        (LineInput(title="x", quantity="none"), "lines.2.quantity"),
        (LineInput(title="x", quantity="0"), "lines.2.quantity"),
        (LineInput(title="x", quantity="1", unit="?"), "lines.2.unit"),
        (LineInput(title="x", quantity="1", scale=9), "lines.2.scale"),
        (LineInput(title="x", quantity="1", ceiling="1.005"), "lines.2.ceiling"),
    ],
)
def test_what_is_wrong_with_one_is_named_and_nothing_is_kept(officer, sellers, typed, field):
    made = draft(officer, sellers, NUT)
    with pytest.raises(errors.FieldWrong) as caught:
        lines.set_lines(actor=officer, lines=[BOLT, typed], **made.names)
    assert caught.value.field == field
    assert titles(made.lot) == [(1, "Nut M12")]


def test_a_lot_has_a_hundred_at_most(officer, sellers):
    made = draft(officer, sellers)
    with pytest.raises(errors.FieldWrong):
        lines.set_lines(actor=officer, lines=[NUT] * 101, **made.names)
    assert len(lines.set_lines(actor=officer, lines=[NUT] * 100, **made.names)) == 100


def test_they_are_pasted_from_a_spreadsheet():
    found = lines.lines_from_text("Bolt\t1000\tC62\t0.12\nNut\t1000")
    assert found == [
        LineInput(title="Bolt", quantity="1000", unit="C62", ceiling="0.12"),
        LineInput(title="Nut", quantity="1000", unit="C62"),
    ]
    named = lines.lines_from_text("scale;title;quantity\n4;Bolt;10")
    assert named == [LineInput(title="Bolt", quantity="10", scale=4)]
    for nothing in (";;", "", " ; "):
        with pytest.raises(errors.FieldWrong):
            lines.lines_from_text(nothing)
    with pytest.raises(errors.FieldWrong):
        lines.lines_from_text("title;reserve\nBolt;10")


def test_prices_of_a_unit_do_not_become_prices_of_the_whole(officer, sellers):
    made = draft(officer, sellers)
    assert made.lot.ceiling == Decimal(550)
    lots.update_lot(actor=officer, lot=house.lot(reserve="500", baseline="540"), **made.names)
    lines.set_lines(actor=officer, lines=[NUT], **made.names)
    made.lot.refresh_from_db()
    assert (made.lot.ceiling, made.lot.baseline, made.lot.has_reserve) == (None, None, False)
    lots.update_lot(actor=officer, lot=house.lot(ceiling="9000"), **made.names)
    lines.set_lines(actor=officer, lines=[NUT, BOLT], **made.names)
    made.lot.refresh_from_db()
    assert made.lot.ceiling == Decimal(9000)
    lines.set_lines(actor=officer, lines=[], **made.names)
    made.lot.refresh_from_db()
    assert made.lot.ceiling is None


def test_only_the_buyers_own_draft_takes_them(officer, sellers):
    made = draft(officer, sellers)
    with pytest.raises(errors.TenderNotFound):
        lines.set_lines(actor=house.buyer("Other AS"), lines=[NUT], **made.names)
    publishing.publish(actor=officer, tender_id=made.tender.pk)
    with pytest.raises(errors.TenderNotDraft):
        lines.set_lines(actor=officer, lines=[NUT], **made.names)


def test_the_database_keeps_them_sound(officer, sellers):
    made = draft(officer, sellers, NUT)
    for wrong in ({"number": 1}, {"quantity": 0}, {"scale": 7}, {"ceiling": 0}):
        given = {"number": 2, "title": "x", "quantity": 1, "unit": "C62", **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            LotLine.objects.create(lot=made.lot, **given)


def test_a_copy_has_its_own(officer, sellers):
    made = draft(officer, sellers, BOLT, NUT)
    copy = drafting.copy_tender(actor=officer, tender_id=made.tender.pk)
    assert titles(copy.lots.get()) == titles(made.lot)
    assert LotLine.objects.count() == 4


@pytest.mark.usefixtures("units")
def test_the_terms_have_them_and_the_auction_knows_their_units(officer, sellers):
    made = draft(officer, sellers, BOLT, NUT)
    tender = publishing.publish(actor=officer, tender_id=made.tender.pk)
    (lot,) = load(tender.auction_id).rules.lots
    assert lot.lines is not None
    assert [(line.title, line.scale, line.ceiling) for line in lot.lines] == [
        ("Bolt M12", 4, Decimal("0.1200")),
        ("Nut M12", 2, None),
    ]
    assert load(tender.auction_id).rules.line_rules is None
    about = subject_from(Auction.objects.get(pk=tender.auction_id).subject)
    assert about.lot(1).line_labels == ("pcs", "pcs")


def test_rules_of_positions_stand_in_terms_that_have_some(officer, sellers):
    rules = {"line_rules.zero": True, "line_rules.rise": False}
    without = draft(officer, sellers, **rules)
    assert build(without.tender, now=utc_now()).terms.line_rules is None
    made = draft(officer, sellers, BOLT, **rules)
    terms = build(made.tender, now=utc_now()).terms
    assert terms.line_rules == LineRules(zero=True, rise=False)
    told = " ".join(line for section in in_words(terms) for line in section.sentences)
    assert "A position may cost nothing" in told
    assert "No position may be dearer" in told
    assert "seen by you and the buyer alone" in told


def test_what_does_not_go_with_positions_keeps_the_draft_from_being_published(officer, sellers):
    made = draft(officer, sellers, BOLT, automatic_bids=True)
    problems = build(made.tender, now=utc_now()).problems
    assert [each.field for each in problems] == ["automatic_bids"]
    for rules, fields in (
        ({"automatic_bids": False, "format": "vickrey"}, [("lines", 1)]),
        ({"format": "sealed", "disclosure": "public"}, [("disclosure", None)]),
        ({"disclosure": "buyer"}, []),
    ):
        drafting.set_terms(actor=officer, tender_id=made.tender.pk, rules=rules)
        made.tender.refresh_from_db()
        problems = build(made.tender, now=utc_now()).problems
        assert [(each.field, each.lot) for each in problems] == fields
