"""The words of currencies and VAT on the supplier's live page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.pages.words import Words


def banner() -> Words:
    """What the banner says that asks in which money a supplier bids."""
    return {
        "prices_currency": _("You bid in {currency}."),
        "prices_vat": _("Your VAT rate is {rate} %."),
        "prices_vat_none": _("{value} % or not registered"),
        "prices_rate": _("{units} {code} = {rate} {currency} ({source}, {date}), frozen."),
        "prices_choose": _("choose"),
        "no_bid_prices": _("First say in which currency and with which VAT you bid."),
    }
