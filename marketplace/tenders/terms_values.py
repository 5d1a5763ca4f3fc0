"""From settings as they were typed to the values of the terms, naming what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import (
    AutomaticPause,
    Basis,
    BuyerExtension,
    Count,
    Disclosure,
    ExtensionBase,
    Feedback,
    Format,
    Guard,
    KeyKeeper,
    LotOrder,
    Scope,
    SoftClose,
    Step,
    StepKind,
    TiePolicy,
    Trigger,
    Withdrawal,
)
from marketplace.tenders import rule_fields
from marketplace.tenders.formats import choice_of
from marketplace.tenders.terms_field import Kind, Problem, TermsField, Text
from marketplace.tenders.terms_fields import BY_KEY, effective
from marketplace.tenders.typed_numbers import typed_number


def _automatic_pause(
    share: int | None = None, longest: timedelta | None = None
) -> AutomaticPause | None:
    """None where no share is set: the auction never pauses by itself."""
    if share is None:
        return None
    rule = AutomaticPause(share=share)
    return rule if longest is None else replace(rule, longest=longest)


_GROUPS: Mapping[str, Callable[..., Any]] = {
    "step": Step,
    "guard": Guard,
    "soft_close": SoftClose,
    "feedback": Feedback,
    "withdrawal": Withdrawal,
    "buyer_extension": BuyerExtension,
    "automatic_pause": _automatic_pause,
}
_ENUMS: Mapping[str, type[StrEnum]] = {
    "format": Format,
    "lot_order": LotOrder,
    "basis": Basis,
    "step.kind": StepKind,
    "ties": TiePolicy,
    "soft_close.trigger": Trigger,
    "soft_close.scope": Scope,
    "soft_close.base": ExtensionBase,
    "feedback.count": Count,
    "disclosure": Disclosure,
    "sealed.keeper": KeyKeeper,
    "sealed_rounds.keeper": KeyKeeper,
    "open_closed.keeper": KeyKeeper,
}


def read(rules: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The keyword arguments of ``Terms`` (without lots, currency and key), and what is wrong.

    A field with a problem is left out of the arguments.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, raw in effective(rules).items():
        try:
            values[key] = _value(BY_KEY[key], raw)
        except _Wrong as wrong:
            problems.append(Problem(key, wrong.text))
    if problems:
        return {}, problems
    made: dict[str, Any] = {
        key: value
        for key, value in values.items()
        if "." not in key and key not in rule_fields.OWN_VALUES
    }
    choice = choice_of(rules)
    groups = dict(_GROUPS)
    if choice.terms_class is not None:
        groups[choice.group] = choice.terms_class
    for name, group in groups.items():
        parts = {
            key.partition(".")[2]: value
            for key, value in values.items()
            if key.startswith(f"{name}.") and key not in rule_fields.OWN_VALUES
        }
        made[name] = group(**parts)
    made["step"] = _tidy_step(made["step"])
    more, problems = rule_fields.values_of(values)
    return ({}, problems) if problems else ({**made, **more}, [])


def _tidy_step(step: Step) -> Step:
    """Only the part the kind uses, so that an unused number does not stand in the terms."""
    return Step(
        kind=step.kind,
        absolute=None if step.kind is StepKind.PERCENT else step.absolute,
        percent=None if step.kind is StepKind.ABSOLUTE else step.percent,
    )


class _Wrong(Exception):
    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__()


def _value(field: TermsField, raw: Any) -> Any:
    if field.kind is Kind.BOOL:
        return raw in (True, "true", "on", "1")
    text = str(raw if raw is not None else "").strip()
    if not text:
        if field.required:
            raise _Wrong(_("Fill this in."))
        return None
    if field.kind is Kind.CHOICE:
        if text not in {value for value, _label in field.choices}:
            raise _Wrong(_("Choose one of the values offered."))
        return _ENUMS[field.key](text) if field.key in _ENUMS else text
    if field.kind is Kind.MOMENT:
        return _moment(text)
    if field.kind is Kind.TEXT:
        return text
    number = _number(text)
    if field.kind is not Kind.AMOUNT and not field.least <= number <= field.most:
        raise _Wrong(
            _("Between %(least)s and %(most)s.") % {"least": field.least, "most": field.most}
        )
    if field.kind is Kind.INTEGER:
        if number != int(number):
            raise _Wrong(_("Write a whole number."))
        return int(number)
    if field.kind in (Kind.MINUTES, Kind.SECONDS):
        scale = 60_000_000 if field.kind is Kind.MINUTES else 1_000_000
        return timedelta(microseconds=int(number * scale))
    if number <= 0:
        raise _Wrong(_("Write a number greater than zero, or leave it empty."))
    return number


def _number(text: str) -> Decimal:
    number = typed_number(text)
    if number is None:
        raise _Wrong(_("Write a number."))
    if number < 0 or number.as_tuple().exponent < -6:  # type: ignore[operator]
        raise _Wrong(_("Write a positive number with at most six decimal places."))
    return number


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise _Wrong(_("Write a date and a time.")) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)
