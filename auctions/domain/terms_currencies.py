"""What the terms say of further currencies and of VAT rates; each seat's own choice comes later.

The auction's currency is the comparison currency: ceilings, reserves and steps are in it, and so is
what ranks. Rates are frozen with the terms' hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CurrencyRate:
    """One further currency: ``units`` of it are ``rate`` of the auction's currency."""

    code: str  # ISO 4217
    units: int
    rate: Decimal
    scale: int | None  # digits after the point of a bid in it; None: the lot's
    source: str  # whose rate it is
    date: str  # of the rate, as the source writes it
