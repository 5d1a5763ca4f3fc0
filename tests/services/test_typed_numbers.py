"""What people type as numbers, and what looks like one."""

from __future__ import annotations

import pytest

from marketplace.tenders import rule_fields, terms_values
from marketplace.tenders.typed_numbers import typed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1 850,50", "1850.5"), ("0", "0"), ("-3", "-3"), ("\u22123", "-3"), ("1e3", "1000")],
)
def test_numbers_are_read(text: str, number: str) -> None:
    assert str(typed_number(text)) == number


@pytest.mark.parametrize(
    "text", ["", "x", "1e9999999", "1e60", "9" * 64, "NaN", "Infinity", "1.2.3"]
)
def test_nonsense_is_no_number_and_no_error(text: str) -> None:
    assert typed_number(text) is None
    for key in ("step.percent", "front_buffer", "guard.warn", "soft_close.window"):
        _values, problems = terms_values.read({key: text, "starts_at": "2036-01-01T10:00Z"})
        assert isinstance(problems, list)
    assert rule_fields.criteria_of("weighted", f"Quality: {text} %") is not None
