"""The words of auctions with a budget: what bids are called where they are quantities."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def own() -> Words:
    """Words of its own, on every live page."""
    return {
        "rule_budget": _("Budget"),
        "budget_expected": _("The buyer expects {quantity} {unit}; that binds nobody."),
        "budget_price": _("{amount} {unit}"),
        "budget_about": _("≈ {amount} {unit}"),
    }


def in_place() -> Words:
    """Words of the live pages that such an auction says otherwise."""
    return {
        "chart_label": plural(
            lambda n: ngettext(
                "Step chart of quantities by time: {n} bid, at {last}.",
                "Step chart of quantities by time: {n} bids, from {first} to {last}.",
                n,
            )
        ),
        "rule_ties": _("Equal quantities"),
        "rule_grid": _("Quantities"),
        "rule_vat": _("Budget is"),
        "rule_quantity": _("Expected"),
        "sees_lead": _("leading quantity"),
        **_room(),
        **_buyer(),
    }


def _room() -> Words:
    return {
        "next_bid_net": _("Quantity you deliver for {budget} excluding VAT, {unit}"),
        "next_bid_gross": _("Quantity you deliver for {budget} including VAT, {unit}"),
        "or_lower": _("{amount} or more."),
        "no_ceiling": _("Any quantity above zero."),
        "highest_allowed": _("lowest"),
        "lot_total": _("A unit then costs"),
        "typed_zero": _("The quantity must be above zero."),
        "fault_too_high": _("Offer {limit} or more."),
        "fault_off_grid": _("The quantity must be a multiple of {limit}."),
        "fault_no_room": _("No higher quantity is possible."),
        "no_bid_no_room": _("No higher quantity is possible."),
        "guard_large": _("This is {percent} % above your last bid. Check the decimal point."),
        "guard_first": _("Your first bid on this lot: type the quantity again."),
        "guard_block": _(
            "This is {percent} % above your last bid: a neutral person must unlock it first."
        ),
    }


def _buyer() -> Words:
    return {
        "kpi_best": _("Best quantity"),
        "kpi_final": _("Winning quantity"),
        "observed_best": _("Best quantity"),
        "observed_final": _("Winning quantity"),
        "ranked_by_price": _("ranked by quantity"),
        "lot_total_in": _("Unit price, {currency}/{unit}"),
        "feed_bid_placed": _("{name} offered {amount}"),
    }
