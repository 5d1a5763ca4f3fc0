"""Why a sealed offer was no offer, in words: by the code that the ledger keeps."""

from __future__ import annotations

from django.utils.translation import gettext as _


def rejections() -> dict[str, str]:
    """All reasons, as the live pages name them."""
    return {
        "rejected_cannot_decrypt": _("It could not be decrypted with the keys of this auction."),
        "rejected_malformed": _("What was sealed cannot be read as an offer."),
        "rejected_auction_above_ceiling": _("It lies above the ceiling."),
        "rejected_auction_bid_too_high": _(
            "It was not lower than your best of the earlier rounds by the lot's step."
        ),
        "rejected_auction_no_room": _(
            "No amount lies a step below your best of the rounds before."
        ),
        "rejected_auction_scale": _("It has more decimals than the lot allows."),
        "rejected_auction_not_positive": _("It is not above zero."),
        "rejected_auction_off_grid": _("It is not a multiple of what the lot asks."),
        "rejected_auction_lines_missing": _("It does not price each position of the lot."),
        "rejected_auction_line_not_positive": _("The price of a position is not above zero."),
        "rejected_auction_line_scale": _("The price of a position has too many decimals."),
        "rejected_auction_line_above_ceiling": _(
            "The price of a position lies above that position's ceiling."
        ),
        "rejected_auction_line_rises": _(
            "The price of a position rose above that in your best of the earlier rounds."
        ),
    }


def rejection(code: str) -> str:
    """One reason, in the active language."""
    return rejections().get(f"rejected_{code.replace('.', '_')}", code)


def package_rejections() -> dict[str, str]:
    """What is said otherwise of a package or a discount."""
    return {
        "rejected_package_lots": _("It does not name lots as the terms allow."),
        "rejected_package_malformed": _("What was sealed cannot be read."),
        "rejected_package_not_lower": _(
            "In all it was not lower than your best for these lots by the steps of the lots."
        ),
        "rejected_package_price_rises": _(
            "A unit price was above that of the package it would have replaced."
        ),
        "rejected_package_other_lots": _(
            "The package of this number stands for other lots since an earlier round."
        ),
        "rejected_discount_not_better": _(
            "In some respect it was worse than your discount of an earlier round, or the same."
        ),
        "rejected_discount_sum": _("Where there are rounds no discount may ask for a sum."),
    }


def package_rejection(code: str) -> str:
    """The same of a package or a discount."""
    if code == "malformed":
        return package_rejections()["rejected_package_malformed"]
    return package_rejections().get(f"rejected_{code}") or rejection(code)
