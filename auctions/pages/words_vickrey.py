"""The words of what is paid where that is not what was asked, on the live pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.pages.words import Words


def shown() -> Words:
    """What every live page says of packages in a Vickrey auction."""
    return {
        "wins_together_vickrey": _(
            "the choice of offers and packages that asks least for the most lots; each winner is "
            "paid what it would have cost without its prices"
        ),
        "allocation_asked": _("asked {amount}"),
        "allocation_paid": _("{paid} {currency} for all lots; {asked} {currency} was asked."),
        "allocation_paid_saves": _(
            "What was asked is {saved} {currency} less than the lowest offers for single lots: "
            "{single} {currency}."
        ),
        "allocation_paid_same": _(
            "What was asked is as much as the lowest offers for single lots."
        ),
    }


def box() -> Words:
    """To the winner, after the close."""
    return {
        "paid_to_you": _(
            "By the auction's result you are paid {paid} {unit}, {total} {currency} for the lot."
        ),
        "paid_asked": _("You asked {asked} {unit}. What is paid follows from the others' offers."),
    }
