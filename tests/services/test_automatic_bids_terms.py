"""Automatic bids as a procurement officer switches them on, and as a supplier reads of them."""

from __future__ import annotations

import pytest

from auctions.domain.terms import AutomaticBids
from auctions.domain.terms_check import check_terms
from marketplace.tenders.terms_values import read
from marketplace.tenders.wording import in_words
from tests.domain.room import terms

STARTS = {"starts_at": "2026-12-01T10:00"}


@pytest.mark.parametrize(
    ("typed", "rule"), [({}, None), ({"automatic_bids": True}, AutomaticBids())]
)
def test_they_are_off_until_they_are_switched_on(
    typed: dict[str, object], rule: AutomaticBids | None
) -> None:
    made, problems = read({**STARTS, **typed})
    assert problems == []
    assert made.get("automatic_bids") == rule


def test_the_supplier_reads_of_them_before_accepting() -> None:
    def words(rule: AutomaticBids | None) -> str:
        told = in_words(terms(automatic_bids=rule))
        return " ".join(line for section in told for line in section.sentences)

    assert "You may name a secret limit" in words(AutomaticBids())
    assert "secret limit" not in words(None)


def test_the_usual_terms_may_have_them() -> None:
    assert check_terms(terms(automatic_bids=AutomaticBids())) == []
