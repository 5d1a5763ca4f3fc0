"""The bounds that docs/auctions/terms.md states are those of the terms validator, at both ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, get_args, get_origin

import pytest

from auctions.domain.terms import (
    AutomaticBids,
    AutomaticPause,
    Band,
    DutchTerms,
    Format,
    FrontBuffer,
    JapaneseTerms,
    LineTerms,
    OpenClosedTerms,
    PackageTerms,
    SealedRoundsTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TurnsTerms,
)
from auctions.domain.terms_check import check_terms
from auctions.domain.terms_currencies import CurrencyRate
from auctions.domain.terms_scoring import Criterion, CriterionKind, ScoringMethod, ScoringTerms
from auctions.management.commands.termstable import rows_said, takes, terms_of
from tests.domain.room import US, lot, terms

ONE = Decimal(1)
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
OUTSIDE = {
    "terms.out_of_range", "terms.not_positive", "terms.hidden_too_long", "terms.bands_unordered",
}  # fmt: skip
BOUNDED = [(path, hint) for path, _, hint in terms_of(Terms) if rows_said()[path][0]]


def whole(name: Format) -> Terms:
    """Terms of the format that say something of everything: what it does not take is refused beside
    its own field, and looked past here."""
    bands = (Band(Decimal(0), absolute=ONE), Band(ONE, absolute=ONE))
    return terms(
        format=name,
        length=timedelta(days=30),
        soft_close=SoftClose(window=timedelta(0), reset=timedelta(0), limit=1,
                             hard_stop=timedelta(days=60)),
        resume_notice=timedelta(0),
        lots=(
            lot(scale=6, ceiling=None, step=Step(absolute=ONE, bands=bands), budget=ONE),
            lot(2, scale=6, ceiling=None, lines=(LineTerms(1, "Bolt", ONE, "TNE", 6),)),
        ),
        dutch=DutchTerms(), japanese=JapaneseTerms(), turns=TurnsTerms(),
        open_closed=OpenClosedTerms(), sealed_rounds=SealedRoundsTerms(),
        automatic_pause=AutomaticPause(), automatic_bids=AutomaticBids(),
        packages=PackageTerms(), front_buffer=FrontBuffer(),
        scoring=ScoringTerms(
            ScoringMethod.WEIGHTED, (Criterion("Quality", CriterionKind.WEIGHT, Decimal("0.1")),)
        ),
        currencies=(CurrencyRate("USD", 1, ONE, 2, "ECB", "today"),),
    )  # fmt: skip


def put(into: Any, path: list[str], value: Any) -> Any:
    """``into`` with the value at the path; of a list in its first member, or in the one it fits."""
    name, rest = path[0].removesuffix("[]"), path[1:]
    if not rest:
        return replace(into, **{name: value})
    inner = getattr(into, name)
    if not path[0].endswith("[]"):
        return replace(into, **{name: put(inner, rest, value)})
    place = 0
    if name == "bands" and rest == ["least"] and value > 0:
        place = 1
    if name == "lots" and rest[0] == "lines[]":
        place = 1
    changed = put(inner[place], rest, value)
    return replace(into, **{name: (*inner[:place], changed, *inner[place + 1 :])})


def at_bound(path: str, value: Any) -> Terms:
    name = next(each for each in sorted(Format) if takes(each, path))
    made = whole(name)
    kinds = {"lots[].step.absolute": StepKind.ABSOLUTE, "lots[].step.percent": StepKind.PERCENT}
    kind = kinds.get(path, StepKind.BANDS if ".bands[]" in path else None)
    if kind is not None:
        made = put(made, ["lots[]", "step", "kind"], kind)
    if path.endswith("bands[].percent"):
        made = put(made, ["lots[]", "step", "bands[]", "absolute"], None)
    if path == "soft_close.hard_stop":
        made = replace(made, length=timedelta(seconds=1))
    if path.startswith("guard."):
        nothing = dict.fromkeys(("warn", "retype", "block"), None)
        made = replace(made, guard=replace(made.guard, **nothing))
    return put(made, path.split("."), (value,) if path == "vat_rates" else value)


def outside(path: str, value: Any) -> bool:
    """Whether the validator finds the value outside its bounds."""
    place = "2" if ".lines[]" in path else "1"
    named = re.sub(r"^lots\[\]", f"lots.{place}", path)
    named = named.replace("lines[]", "lines.1").replace("bands[]", "bands")
    named = named.replace("[]", ".1")
    above = named.rpartition(".")[0]
    fields = {named, above} if above.endswith("bands") or above == "front_buffer" else {named}
    found = check_terms(at_bound(path, value))
    return any(each.field in fields and each.code in OUTSIDE for each in found)


def read(text: str, hint: Any) -> Any:
    number, _, unit = text.strip().partition(" ")
    if hint is timedelta:
        return timedelta(seconds=int(number) * UNITS[unit])
    base, _, power = number.partition("^")
    value = Decimal(base) ** int(power) if power else Decimal(base)
    return int(value) if hint is int else value


def ends(path: str, hint: Any) -> Iterator[tuple[Any, bool]]:
    """Values at and next to both bounds, and whether each is taken."""
    text = rows_said()[path][0]
    hint = get_args(hint)[0] if get_origin(hint) is tuple else hint
    least, most = (read(each, hint) for each in text[1:-1].split(","))
    step = {timedelta: US, int: 1}.get(hint, Decimal(1).scaleb(-6))
    if path == "vat_rates":
        step = Decimal("0.01")
    yield least, text[0] == "["
    yield most, text[-1] == "]"
    yield (least - step, False) if text[0] == "[" else (least + step, True)
    yield (most + step, False) if text[-1] == "]" else (most - step, True)


@pytest.mark.parametrize(("path", "hint"), BOUNDED, ids=[path for path, _ in BOUNDED])
def test_each_bound_is_the_validators(path: str, hint: Any) -> None:
    for value, taken in ends(path, hint):
        assert outside(path, value) is not taken, f"{path} = {value}"


def test_there_are_bounds_to_check() -> None:
    assert len(BOUNDED) > 60
