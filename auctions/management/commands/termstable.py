"""``manage.py termstable``: docs/auctions/terms.md from the dataclasses of the terms."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from auctions.domain import terms_money, terms_rules
from auctions.domain.formats import RULES
from auctions.domain.terms import Format, Terms
from auctions.management.commands._printed import PrintedDocument
from auctions.management.commands._terms_said import SAID

_TYPES = {Decimal: "number", timedelta: "length", datetime: "moment", int: "whole number",
          str: "text", bool: "yes or no"}  # fmt: skip
_RULES_OF: Mapping[str, frozenset[Format]] = {
    "front_buffer": terms_rules.OPEN,
    "feedback.hide_ranks_last": frozenset(
        name for name in Format if not {"feedback.rank", "feedback.lead"} <= {*RULES[name].refuses}
    ),
    "lots[].step.bands[]": terms_rules.OPEN,
    "scoring": terms_rules.SCORED,
    "scoring.step_on": terms_rules.SCORED_BY_STEPS,
    "automatic_bids": terms_rules.AUTOMATIC,
    "surrogates": terms_rules.AUTOMATIC,
    "packages": terms_rules.TIED,
    "lots[].lines[]": terms_rules.PRICED_BY_LINES,
    "line_rules": terms_rules.PRICED_BY_LINES,
    "currencies[]": terms_money.MONEYED,
    "vat_rates": terms_money.MONEYED,
    "lots[].start": frozenset(name for name in Format if RULES[name].starts),
    "lots[].budget": frozenset(name for name in Format if RULES[name].budgets),
    "lots[].floor": frozenset(name for name in Format if RULES[name].budgets),
    "lots[].grid": frozenset(name for name in Format if not RULES[name].starts),
    "lots[].ceiling": frozenset(
        name for name in Format if not (RULES[name].starts or RULES[name].budgets)
    ),
}
_SWITCHES = ("soft_close.window", "withdrawal.allowed", "buyer_extension.times")

HEAD = """# Every term

Printed from the code by `manage.py termstable`. A term is named by its path in the document of the
terms, which is hashed and accepted; `[]` stands for each of several. In that document a *number* is
decimal text (`"0.5"`), a *length* a whole number of microseconds, a *moment* UTC text with six
digits of a second.

- **Default**: what holds where nothing is said. *Must be given*: there is none. *Left out*: the
  rule does not exist, and the document does not name it.
- **Bounds**: `[1 s, 30 d]` takes both ends, `(0, 100)` neither. What lies outside is refused when
  terms are checked, beside the field, never changed.
- **Formats**: those that take a value other than "not used"; the others refuse the terms
  (`terms.rule_not_here`). Empty: all of them.

Each bound is held against the validator, on both sides of it, by
`domain/test_terms_table.py::test_each_bound_is_the_validators`.

| term | type | default | bounds | formats | meaning |
|---|---|---|---|---|---|
"""


class Command(PrintedDocument):
    help = "Prints the table of all terms."
    path = "docs/auctions/terms.md"

    def document(self) -> str:
        said = rows_said()
        lines = []
        for path, field, hint in terms_of(Terms):
            bounds, meaning = said.pop(path)
            cells = (f"`{path}`", _type(hint), _default(field), f"`{bounds}`" if bounds else "",
                     _formats(path), meaning)  # fmt: skip
            lines.append("| " + " | ".join(cells) + " |\n")
        if said:
            raise ValueError(f"terms that do not exist: {', '.join(said)}")
        return HEAD + "".join(lines)


def rows_said() -> dict[str, tuple[str, str]]:
    """Of each path its bounds, empty where it has none, and its meaning."""
    whole = SAID.strip().replace("\n  ", " ")
    rows = [[cell.strip() for cell in line.split("|", 2)] for line in whole.split("\n")]
    return {path: (bounds, meaning) for path, bounds, meaning in rows}


def terms_of(cls: Any, at: str = "") -> Iterator[tuple[str, Field[Any], Any]]:
    """Each term by its path, with its field and annotation, depth first."""
    hints = get_type_hints(cls)
    for field in fields(cls):
        hint = _without_none(hints[field.name])
        inner = get_args(hint)[0] if get_origin(hint) is tuple else hint
        several = "[]" if inner is not hint and is_dataclass(inner) else ""
        path = f"{at}{field.name}{several}"
        yield path, field, hint
        if is_dataclass(inner):
            yield from terms_of(inner, f"{path}.")


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(each for each in get_args(hint) if each is not types.NoneType)
    return hint


def _type(hint: Any) -> str:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return "list" if is_dataclass(inner) else f"list of {_TYPES[inner]}s"
    if is_dataclass(hint):
        return "group"
    if issubclass(hint, StrEnum):
        return ", ".join(f"`{each.value}`" for each in hint)
    return _TYPES[hint]


def _default(field: Field[Any]) -> str:
    if field.default is MISSING:
        return "must be given" if field.default_factory is MISSING else ""
    return _shown(field.default, later=bool(field.metadata))


def _shown(value: Any, *, later: bool) -> str:
    if value is None:
        return "left out" if later else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return f"`{value.value}`"
    if isinstance(value, timedelta):
        seconds = int(value.total_seconds())
        for size, unit in ((3600, "h"), (60, "min")):
            if seconds >= 2 * size and seconds % size == 0:
                return f"{seconds // size} {unit}"
        return f"{seconds} s"
    return str(value)


def _formats(path: str) -> str:
    taken = frozenset(name for name in Format if takes(name, path))
    return "" if taken == frozenset(Format) else ", ".join(f"`{each}`" for each in sorted(taken))


def takes(name: Format, path: str) -> bool:
    """Whether terms of this format may say something of the term."""
    own = RULES[name]
    refused = {*own.refuses, *own.refuses_anew}
    refused |= {each.partition(".")[0] for each in _SWITCHES if each in refused}
    if any(_within(path, each) for each in refused):
        return False
    groups = {rules.group for rules in RULES.values()} - {"", own.group}
    if any(_within(path, each) for each in groups):
        return False
    return all(name in formats for rule, formats in _RULES_OF.items() if _within(path, rule))


def _within(path: str, rule: str) -> bool:
    return path == rule or path.startswith(f"{rule}.")
