"""Surrogate bids as a procurement officer switches them on, and as a supplier reads of them."""

from __future__ import annotations

import pytest

from auctions.domain.terms import Format
from auctions.domain.terms_check import check_terms
from marketplace.tenders.formats import CHOICES
from marketplace.tenders.terms_fields import fields_of
from marketplace.tenders.terms_values import read
from marketplace.tenders.wording import in_words
from tests.domain.room import terms

STARTS = {"starts_at": "2026-12-01T10:00"}


@pytest.mark.parametrize(("typed", "rule"), [({}, None), ({"surrogates": True}, True)])
def test_they_are_off_until_they_are_switched_on(
    typed: dict[str, object], rule: bool | None
) -> None:
    made, problems = read({**STARTS, **typed})
    assert problems == []
    assert made.get("surrogates") == rule


def test_the_supplier_reads_of_them_before_accepting() -> None:
    def words(rule: bool | None) -> str:
        told = in_words(terms(surrogates=rule))
        return " ".join(line for section in told for line in section.sentences)

    assert "let a neutral person of the platform place one bid for you" in words(True)
    assert "neutral person of the platform" not in words(None)


def test_the_usual_terms_may_have_them_and_other_formats_do_not_ask() -> None:
    assert check_terms(terms(surrogates=True)) == []
    for choice in CHOICES:
        asked = "surrogates" in {field.key for field in fields_of({"format": choice.format.value})}
        assert asked is (choice.format is Format.ENGLISH)
        made, _problems = read({**STARTS, "format": choice.format.value, "surrogates": True})
        assert made.get("surrogates") is (True if asked else None)
