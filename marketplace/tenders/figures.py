"""Sums over a tender's lots for the buyer: cost, baseline, saving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kernel.decimals import line_total

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """Over the lots that have both a best (or awarded) price and a baseline."""

    price: Decimal
    baseline: Decimal | None
    saving: Decimal | None
    saving_percent: Decimal | None
    lots: int
    priced: int


def totals(protocol: Mapping[str, Any]) -> Totals:
    """The sums of a protocol written for the buyer."""
    price = baseline = compared = ZERO
    priced = 0
    has_baseline = False
    for lot in protocol["lots"]:
        award = lot["award"]
        if award and award.get("total"):
            total = Decimal(award.get("value_total", award["total"]))
        elif award is None and lot["outcome"] == "won" and lot.get("total"):
            total = Decimal(lot.get("price_value_total", lot["total"]))
        else:
            continue
        price += total
        priced += 1
        if lot.get("baseline"):
            has_baseline = True
            unit = Decimal(lot["baseline"])
            places = -int(total.as_tuple().exponent)
            delivered = (award or lot).get("quantity_offered", lot["quantity"])
            baseline += line_total(Decimal(delivered), unit, places)
            compared += total
    saving = baseline - compared if has_baseline else None
    percent = saving * 100 / baseline if saving is not None and baseline else None
    return Totals(
        price=price,
        baseline=baseline if has_baseline else None,
        saving=saving,
        saving_percent=percent,
        lots=len(protocol["lots"]),
        priced=priced,
    )
