"""The rule for the award is said by the terms, in the same words for the same terms."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from auctions.domain.award_rule import award_rule, departs
from auctions.domain.terms import Format
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from tests.ledger.case import case_terms


def test_the_plain_auction() -> None:
    assert award_rule(case_terms("k")) == (
        "Each lot goes to the lowest unit price, of equal ones the earlier entry; pays its own"
        " price; lot 1: nobody above the reserve committed in the terms."
    )


def test_a_score_is_named_with_its_criteria() -> None:
    scoring = ScoringTerms(ScoringMethod.LANDED, (Criterion("Freight", CriterionKind.AMOUNT),))
    said = award_rule(replace(case_terms("k"), scoring=scoring))
    assert "the lowest score, being price + duty and charges of Freight" in said


@pytest.mark.parametrize("form", Format)
def test_every_format_has_words_of_its_own(form: Format) -> None:
    said = award_rule(replace(case_terms("k"), format=form))
    assert "whom the format" not in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("winner", "price", "seat", "amount", "expected"),
    [
        ("A", "5", "A", "5.00", False),
        ("A", "5", "A", "6", True),
        ("A", "5", "B", "5", True),
        ("A", "5", None, None, True),
        (None, None, None, None, False),
        (None, None, "A", "5", True),
    ],
)
def test_what_departs(
    winner: str | None, price: str | None, seat: str | None, amount: str | None, expected: bool
) -> None:
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    found = departs(winner=winner, price=number(price), seat=seat, amount=number(amount))
    assert found is expected
