"""Values of a category's attributes, judged and brought into the form in which they are kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kernel.decimals import to_wire
from kernel.errors import FairfallError
from reference.domain.conversion import Scale, convert
from reference.domain.numbers import at_scale, number, places
from reference.errors import (
    AttributeUnknown,
    ChoiceUnknown,
    DateMalformed,
    DecimalsTooMany,
    TextWrong,
    TruthMalformed,
    UnitOutOfPlace,
    UnitUnknown,
    ValueMissing,
    ValueTooHigh,
    ValueTooLow,
)

LONGEST_TEXT = 500
_MOST_DIGITS = 25
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_YES = frozenset({"true", "yes", "1", "да", "так"})
_NO = frozenset({"false", "no", "0", "нет", "ні"})

Value = str | bool
"""A kept value: a number as plain decimal text, a date as ISO 8601, a choice by its value."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What an attribute takes. A number has a ``unit`` and ``decimals``, other kinds have none.

    ``choices`` are the labels, in every language, of each value that may be chosen.
    """

    key: str
    kind: str
    required: bool = False
    unit: Scale | None = None
    decimals: int = 0
    lowest: Decimal | None = None
    highest: Decimal | None = None
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """The values that hold, as they are kept, and by key why the others do not."""

    values: dict[str, Value]
    errors: dict[str, FairfallError]


def check(
    definitions: Sequence[Definition],
    given: Mapping[str, object],
    units: Mapping[str, Scale] | None = None,
) -> Checked:
    """Judge ``given`` by key. What is empty was not given; a key without a definition is refused.

    A number is a text, an int or a Decimal in the attribute's unit, or ``{"amount": …, "unit":
    code}`` in another one of ``units``: that is converted, and rounded half-even to the
    attribute's decimals. In its own unit a number with more decimals is refused.
    """
    known = {each.key: each for each in definitions}
    values: dict[str, Value] = {}
    errors: dict[str, FairfallError] = {
        key: AttributeUnknown(key=key) for key in given if key not in known
    }
    for key, definition in known.items():
        value = given.get(key)
        if isinstance(value, str):
            value = value.strip()
        if value is None or value == "":
            if definition.required:
                errors[key] = ValueMissing()
            continue
        try:
            values[key] = _READERS[definition.kind](definition, value, units or {})
        except FairfallError as refused:
            errors[key] = refused
    return Checked(values, errors)


def _text(_definition: Definition, value: object, _units: Mapping[str, Scale]) -> Value:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise TextWrong(most=LONGEST_TEXT)
    text = unicodedata.normalize("NFC", value)
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise TextWrong(most=LONGEST_TEXT)
    return text


def _number(definition: Definition, value: object, units: Mapping[str, Scale]) -> Value:
    own = definition.unit
    if own is None:  # a constraint of the database keeps this from being
        raise UnitUnknown(unit="")
    unit = own
    if isinstance(value, Mapping):
        unit = _unit(value.get("unit"), own, units)
        value = value.get("amount")
    amount = _amount(value)
    if unit.code != own.code:
        kept = at_scale(convert(amount, unit, own), definition.decimals)
    else:
        needed = places(amount)
        if needed is None or needed > definition.decimals:
            raise DecimalsTooMany(most=definition.decimals)
        kept = at_scale(amount, definition.decimals)
    if definition.lowest is not None and kept < definition.lowest:
        raise ValueTooLow(lowest=_plain(definition.lowest), unit=own.code)
    if definition.highest is not None and kept > definition.highest:
        raise ValueTooHigh(highest=_plain(definition.highest), unit=own.code)
    return _plain(kept)


def _unit(code: object, own: Scale, units: Mapping[str, Scale]) -> Scale:
    if code is None or code == own.code:
        return own
    found = units.get(code) if isinstance(code, str) else None
    if found is None:
        raise UnitUnknown(unit=str(code)[:20])
    return found


def _amount(value: object) -> Fraction:
    if isinstance(value, Decimal):
        written = value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS
        value = to_wire(value) if written else ""
    elif isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**_MOST_DIGITS else ""
    return number(value if isinstance(value, str) else "")


def _plain(value: Decimal) -> str:
    """Without zeros that say nothing, and no zero below zero."""
    text = to_wire(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _truth(_definition: Definition, value: object, _units: Mapping[str, Scale]) -> Value:
    if isinstance(value, bool):
        return value
    word = str(value).casefold() if isinstance(value, str | int) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise TruthMalformed()


def _choice(definition: Definition, value: object, _units: Mapping[str, Scale]) -> Value:
    """By the value itself, or by a label that only one of them has."""
    if isinstance(value, str):
        if value in definition.choices:
            return value
        word = value.casefold()
        found = [
            key
            for key, labels in definition.choices.items()
            if word in (label.casefold() for label in labels)
        ]
        if len(found) == 1:
            return found[0]
    raise ChoiceUnknown(given=str(value)[:40])


def _date(_definition: Definition, value: object, _units: Mapping[str, Scale]) -> Value:
    if type(value) is date:
        return value.isoformat()
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise DateMalformed()


def _without_unit(
    reader: Callable[[Definition, object, Mapping[str, Scale]], Value],
) -> Callable[[Definition, object, Mapping[str, Scale]], Value]:
    """Only numbers have units: what comes with one elsewhere is refused."""

    def read(definition: Definition, value: object, units: Mapping[str, Scale]) -> Value:
        if isinstance(value, Mapping):
            raise UnitOutOfPlace()
        return reader(definition, value, units)

    return read


_READERS = {
    "text": _without_unit(_text),
    "number": _number,
    "boolean": _without_unit(_truth),
    "choice": _without_unit(_choice),
    "date": _without_unit(_date),
}
