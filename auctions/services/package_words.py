"""Packages and discounts in words, for pages and files."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.domain.rules.packages import DISCOUNT
from auctions.domain.state_packages import SeatDiscount
from ui.formatting import figure


def named(number: int) -> str:
    """A package by its number; 0 is the discount."""
    if number == DISCOUNT:
        return _("discount")
    return _("package %(number)s") % {"number": number}


def held(prices: Mapping[int, Decimal]) -> str:
    """The lots of a package with their unit prices."""
    parts = [
        _("lot %(number)s: %(price)s") % {"number": lot, "price": figure(price)}
        for lot, price in sorted(prices.items())
    ]
    return ", ".join(parts)


def condition(discount: SeatDiscount, currency: str) -> str:
    """A discount and what has to be won for it."""
    asked = []
    if discount.lots:
        asked.append(
            ngettext("lot %(lots)s", "lots %(lots)s", len(discount.lots))
            % {"lots": ", ".join(map(str, discount.lots))}
        )
    if discount.count:
        lots = ngettext("%(n)s lot or more", "%(n)s lots or more", discount.count)
        asked.append(lots % {"n": discount.count})
    if discount.least:
        least = {"sum": figure(discount.least, least=2), "currency": currency}
        asked.append(_("%(sum)s %(currency)s or more") % least)
    return _("%(percent)s %% off everything, for winning %(asked)s") % {
        "percent": figure(discount.percent),
        "asked": "; ".join(asked),
    }
