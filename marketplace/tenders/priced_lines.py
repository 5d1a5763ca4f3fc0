"""The unit prices behind an offer, line by line, as records and files tell them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from auctions.domain.terms import LotTerms
from kernel.decimals import line_total, to_wire
from marketplace import lists


def priced_lines(terms: LotTerms, prices: Sequence[Decimal] | None) -> list[dict[str, Any]]:
    """Each position with its unit price and total; none of a lot without positions."""
    if prices is None or terms.lines is None:
        return []
    return [
        {
            "number": line.number,
            "title": line.title,
            "quantity": to_wire(line.quantity),
            "unit": line.unit,
            "unit_symbol": lists.unit_symbol(line.unit),
            "scale": line.scale,
            "price": to_wire(price),
            "total": to_wire(line_total(line.quantity, price, terms.scale)),
        }
        for line, price in zip(terms.lines, prices, strict=True)
    ]
