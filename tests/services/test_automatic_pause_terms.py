"""The automatic pause as a procurement officer sets it, and as a supplier reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from auctions.domain.terms import AutomaticPause
from marketplace.tenders.terms_values import read
from marketplace.tenders.wording import in_words
from tests.domain.room import terms

STARTS = {"starts_at": "2026-12-01T10:00"}


def test_it_is_off_until_a_share_is_set() -> None:
    made, problems = read(STARTS)
    assert problems == []
    assert made["automatic_pause"] is None


def test_a_share_and_a_longest_time_become_the_term() -> None:
    made, problems = read({**STARTS, "automatic_pause.share": "40", "automatic_pause.longest": "7"})
    assert problems == []
    assert made["automatic_pause"] == AutomaticPause(share=40, longest=timedelta(minutes=7))


@pytest.mark.parametrize(("share", "longest"), [("0", "5"), ("100", "5"), ("40", "11")])
def test_what_it_may_not_be_is_said_beside_the_field(share: str, longest: str) -> None:
    _, problems = read(
        {**STARTS, "automatic_pause.share": share, "automatic_pause.longest": longest}
    )
    assert [problem.field.partition(".")[0] for problem in problems] == ["automatic_pause"]


def test_the_supplier_reads_it_before_accepting() -> None:
    def words(rule: AutomaticPause | None) -> str:
        told = in_words(terms(automatic_pause=rule))
        return " ".join(line for section in told for line in section.sentences)

    assert "the auction pauses by itself" in words(AutomaticPause(share=40))
    assert "40" in words(AutomaticPause(share=40))
    assert "by itself" not in words(None)
