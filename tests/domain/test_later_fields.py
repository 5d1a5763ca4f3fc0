"""A field that came later is absent from a body until it is used: old hashes stay."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from auctions.domain.codec import BodyMalformed, from_body, later, to_body


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    since: int | None = later()


def test_a_later_field_is_left_out_while_it_is_none() -> None:
    assert to_body(Rule("a")) == {"name": "a"}
    assert to_body(Rule("a", 3)) == {"name": "a", "since": 3}


@pytest.mark.parametrize("rule", [Rule("a"), Rule("a", 0), Rule("a", 7)])
def test_both_forms_come_back(rule: Rule) -> None:
    assert from_body(Rule, to_body(rule)) == rule


@pytest.mark.parametrize(
    "body", [{"name": "a", "since": None}, {"since": 3}, {"name": "a", "other": 1}, {}]
)
def test_there_is_one_form_of_a_value(body: dict[str, object]) -> None:
    with pytest.raises(BodyMalformed):
        from_body(Rule, body)
