"""What an import changes: per offer, and whether a second person has to look at the whole."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from marketplace.exchange.domain.columns import Sheet, bands

_CENT = Decimal("0.01")
_MOST = Decimal("999999999.99")


class Verdict(StrEnum):
    """What a row does."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    GONE = "gone"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Limits:
    """From which percentages on a second person decides; None: never."""

    rise: Decimal | None = None
    gone: Decimal | None = None


def differing(before: Sheet, after: Sheet) -> list[str]:
    """The columns whose values differ; an absent value is an empty one."""
    names = {*before, *after}
    return sorted(each for each in names if before.get(each, "") != after.get(each, ""))


def price_change(before: Sheet, after: Sheet) -> Decimal | None:
    """By how many percent the price rises most; where none rises, falls most. None where no price
    that was there before is another now, or the currency is another one."""
    if before.get("currency", "") != after.get("currency", ""):
        return None
    old, new = bands(before), bands(after)
    moved = [
        (new[least] - old[least]) * 100 / old[least]
        for least in old.keys() & new.keys()
        if old[least] != new[least]
    ]
    if not moved:
        return None
    found = max(moved) if max(moved) > 0 else min(moved)
    return min(found, _MOST).quantize(_CENT, rounding=ROUND_HALF_EVEN)


def reasons_to_ask(limits: Limits, *, rise: Decimal | None, gone: int, active: int) -> list[str]:
    """Why a second person has to approve: ``rise``, ``gone``, both or nothing.

    ``rise`` is the greatest one in percent, ``gone`` how many of the ``active`` offers end.
    """
    found = []
    if limits.rise is not None and rise is not None and rise > limits.rise:
        found.append("rise")
    if limits.gone is not None and active and Decimal(gone) * 100 / active > limits.gone:
        found.append("gone")
    return found
