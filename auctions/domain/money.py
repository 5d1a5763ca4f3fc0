"""A seat's own money: what a price in its currency, with its VAT, is on the common basis.

``value = price x rate / units``, and where the terms list VAT rates one factor more. Compared
without VAT, a price is typed as it is invoiced, with the VAT it carries: ``100 / (100 + vat)``.
Compared with VAT, it is typed without, and its VAT is added: ``(100 + vat) / 100``. Nothing of it
is rounded; what is told back in own money is rounded down to the own scale.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from auctions.domain.affine import PRICE, Affine, affine
from auctions.domain.state import AuctionState, LotState, Prices
from auctions.domain.terms import LotTerms, Terms, Vat
from auctions.domain.terms_currencies import CurrencyRate
from kernel.decimals import floor_fraction


def asked_for(terms: Terms) -> bool:
    """Whether each seat must say in which money it bids."""
    return terms.currencies is not None or terms.vat_rates is not None


def rate_of(terms: Terms, currency: str) -> CurrencyRate | None:
    """The frozen rate of a further currency; None for the auction's own."""
    return next((each for each in terms.currencies or () if each.code == currency), None)


def form_of(terms: Terms, prices: Prices) -> Affine | None:
    """What these prices are multiplied by; None where they are on the common basis as typed."""
    factor = Fraction(1)
    further = rate_of(terms, prices.currency)
    if further is not None:
        factor = Fraction(further.rate) / further.units
    if prices.vat is not None and terms.vat is Vat.NET:
        factor *= 100 / (100 + Fraction(prices.vat))
    elif prices.vat is not None:
        factor *= (100 + Fraction(prices.vat)) / 100
    # A currency at par has its own scale all the same.
    return None if further is None and factor == 1 else affine(factor, Fraction(0))


def currency_of(state: AuctionState, seat: str | None) -> str:
    """In which currency a seat bids; the auction's own for whoever has not said."""
    found = state.seats.get(seat or "")
    if found is None or found.prices is None:
        return state.rules.currency
    return found.prices.currency


def scale_of(state: AuctionState, seat: str | None, number: int) -> int:
    """How many digits after the point a seat's amounts on a lot have."""
    scale = state.rules.lots[number - 1].scale
    further = None
    if state.rules.currencies is not None:
        further = rate_of(state.rules, currency_of(state, seat))
    return scale if further is None or further.scale is None else further.scale


def own_terms(state: AuctionState, seat: str | None, number: int) -> LotTerms:
    """A lot's terms as they hold for this seat's amounts: its scale, the ceiling in its money."""
    terms = state.rules.lots[number - 1]
    if not asked_for(state.rules) or seat not in state.lots[number].money:
        return terms
    ceiling = terms.ceiling
    if ceiling is not None:
        ceiling = told_in_own(state, seat, state.lots[number], Fraction(ceiling))
        if terms.grid is not None:
            times = Fraction(ceiling) // Fraction(terms.grid)
            ceiling = floor_fraction(times * Fraction(terms.grid), terms.scale)
    return replace(terms, scale=scale_of(state, seat, number), ceiling=ceiling)


def own(state: AuctionState, seat: str | None) -> Terms:
    """The terms as they hold for this seat's amounts: its currency, every lot in its money."""
    lots = tuple(own_terms(state, seat, lot.number) for lot in state.rules.lots)
    return replace(state.rules, currency=currency_of(state, seat), lots=lots)


def value_of(lot: LotState, seat: str, amount: Decimal | Fraction) -> Fraction:
    """A seat's amount on the common basis, exact."""
    return lot.money.get(seat, PRICE).score(amount)


def told_value(state: AuctionState, lot: LotState, seat: str, amount: Decimal) -> Decimal:
    """The same as it is shown: rounded down to the lot's scale."""
    if seat not in lot.money:
        return amount
    return floor_fraction(value_of(lot, seat, amount), state.rules.lots[lot.number - 1].scale)


def told_to(
    state: AuctionState, viewer: str | None, lot: LotState, seat: str, amount: Decimal
) -> Decimal:
    """A seat's amount as another one (None: whoever has no seat) is told it."""
    if not lot.money or viewer == seat:
        return amount
    if viewer is None:
        return told_value(state, lot, seat, amount)
    return told_in_own(state, viewer, lot, value_of(lot, seat, amount))


def in_own(lot: LotState, seat: str | None, value: Decimal | Fraction) -> Fraction:
    """An amount of the common basis in a seat's own money, exact."""
    return lot.money.get(seat or "", PRICE).price(Fraction(value))


def told_in_own(state: AuctionState, seat: str | None, lot: LotState, value: Fraction) -> Decimal:
    """The highest amount in a seat's own money that is not above ``value``."""
    return floor_fraction(in_own(lot, seat, value), scale_of(state, seat, lot.number))
