"""The words of lots with positions on the live pages."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.pages.words import Words, plural


def prices() -> Words:
    """What every live page says of positions."""
    return {
        "line_price_in": _("Unit price, {currency}"),
        "lines_n": plural(lambda n: ngettext("{n} position", "{n} positions", n)),
        "rule_lines": _("Made of"),
        "rule_line_price": _("Unit prices"),
        "line_above_zero": _("each above zero"),
        "line_may_be_zero": _("a position may cost nothing"),
        "line_may_rise": _("one may rise as the total falls"),
        "line_may_not_rise": _("none may rise above your own best bid"),
    }


def box() -> Words:
    """What the table of unit prices says."""
    return {
        "line_total_in": _("Total, {currency}"),
        "line_zero": _("Must be above zero."),
        "line_ceiling": _("At most {limit}."),
        "line_rises": _("May not rise: {limit} at most."),
        "lines_to": _("Lower all to {amount}"),
        "lines_changed": plural(
            lambda n: ngettext("{n} unit price changed", "{n} unit prices changed", n)
        ),
        "lines_total": plural(
            lambda n: ngettext("Total of {n} position", "Total of {n} positions", n)
        ),
        "total_or_lower": _("A total of {amount} or lower."),
        "price_every_line": _("Price every position."),
        "own_lines": _("Unit prices"),
    }


def matrix() -> Words:
    """What the buyer's table of unit prices says."""
    return {
        "line_number": _("No."),
        "line_title": _("Position of the lot"),
        "line_quantity": _("Quantity"),
        "line_lowest": _("lowest"),
        "lines_none": _("Nobody has priced the positions yet."),
        "lines_sealed": _("The unit prices are sealed until the opening."),
    }
