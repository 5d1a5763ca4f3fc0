"""Currencies and VAT rates of the terms in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from auctions.domain import money
from auctions.domain.terms import Disclosure, Terms, Vat
from ui.formatting import figure, percent


def compared(terms: Terms) -> str:
    """On which basis offers are compared."""
    return _("without VAT") if terms.vat is Vat.NET else _("with VAT")


def sentences(terms: Terms) -> Iterator[str]:
    """What each supplier must say before its first bid, and what becomes of it."""
    if not money.asked_for(terms):
        return
    if terms.currencies is not None:
        yield from _currencies(terms)
    if terms.vat_rates is not None:
        rates = ", ".join(percent(rate, max(0, -int(rate.normalize().as_tuple().exponent)))
                          for rate in terms.vat_rates)  # fmt: skip
        yield _("Name your VAT rate: %(rates)s. 0 also means not registered for VAT.") % {
            "rates": rates
        }
        if terms.vat is Vat.NET:
            yield _(
                "Type your price as you invoice it, with that VAT. For comparison it is divided by "
                "1 + the rate, so that all are compared without VAT."
            )
        else:
            yield _(
                "Type your price without VAT. For comparison it is multiplied by 1 + the rate, so "
                "that all are compared with the VAT they invoice."
            )
    yield _("You say so when you accept these terms or later, and can change it until you bid.")
    if terms.disclosure is Disclosure.PUBLIC:
        yield _("The buyer sees it at once, everybody after the close.")
    else:
        yield _("The buyer sees it, no other supplier does.")
    if terms.guard.block is not None:
        yield _("A neutral person who must release a bid of yours sees your currency with it.")
    yield _(
        "Ceilings, reserves and steps are amounts of the comparison. Your next valid bid, and the "
        "leading price where it is shown, are told in your own money, rounded down."
    )


def _currencies(terms: Terms) -> Iterator[str]:
    yield _("Bid in %(currency)s or in one of the currencies below, at its frozen rate.") % {
        "currency": terms.currency
    }
    for each in terms.currencies or ():
        line = _("%(units)s %(code)s = %(rate)s %(currency)s (%(source)s, %(date)s).") % {
            "units": figure(each.units),
            "code": each.code,
            "rate": figure(each.rate),
            "currency": terms.currency,
            "source": each.source,
            "date": each.date,
        }
        if each.scale is not None:
            line += " " + _("Decimal places of a bid in it: %(digits)d.") % {"digits": each.scale}
        yield line
    yield _(
        "Offers are compared by the exact product of amount and rate, which is never rounded. What "
        "you are awarded and paid is your own amount in your own currency."
    )
