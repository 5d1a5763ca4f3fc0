"""Amounts in a protocol: as the format means them, and in the money they were bid in."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from auctions.domain import money, worth
from auctions.domain.state import LotState
from auctions.domain.terms import LotTerms
from auctions.domain.visibility.standing.score import scored as shown_score
from kernel.decimals import floor_fraction, quantize, rounded_fraction, to_wire
from marketplace.tenders.protocol.view import View


def amounts(amount: Decimal, terms: LotTerms) -> dict[str, str]:
    """An amount as the format means it: a unit price, or the quantity offered for the budget."""
    amount = short(amount, terms)
    total = {"total": to_wire(worth.total(terms, amount))}
    if terms.budget is None:
        return {"price": to_wire(amount), **total}
    return {
        "quantity_offered": to_wire(amount),
        "unit_price": to_wire(worth.shown_unit_price(terms, amount)),
        "unit_price_exact": worth.exact_unit_price(terms, amount),
        **total,
    }


def in_money(view: View, lot: LotState, seat: str, amount: Decimal) -> dict[str, Any]:
    """Where the terms list currencies or VAT rates: what an amount is in, and what it counts as.

    ``value`` and ``value_total`` are on the common basis, cut to the lot's digits; ranks are not.
    """
    found = view.state.seats.get(seat)
    if not money.asked_for(view.state.rules) or found is None or found.prices is None:
        return {}
    terms = view.state.rules.lots[lot.number - 1]
    exact = money.value_of(lot, seat, amount)
    return {
        "currency": found.prices.currency,
        "vat_rate": None if found.prices.vat is None else to_wire(found.prices.vat),
        "scale": money.scale_of(view.state, seat, lot.number),
        "value": to_wire(floor_fraction(exact, terms.scale)),
        "value_total": to_wire(rounded_fraction(exact * Fraction(terms.quantity), terms.scale)),
    }


def scored(view: View, lot: LotState, seat: str, amount: Decimal) -> dict[str, Any]:
    """Where the terms score: the supplier's values of the criteria, none where none were set, and
    the score of an amount, cut to six digits; ranks are of the exact one."""
    terms = view.state.rules.scoring
    if terms is None:
        return {}
    found = shown_score(view.state, lot, seat, amount, may=True)
    return {
        "values": [
            {"criterion": criterion.name, "value": to_wire(value)}
            for criterion, value in zip(terms.criteria, found["values"] or (), strict=False)
        ],
        "score": to_wire(found["score"]),
    }


def short(value: Any, terms: LotTerms) -> Any:
    """A stored amount at the lot's own digits."""
    return quantize(value, terms.scale)
