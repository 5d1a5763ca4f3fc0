"""What the terms say of lots with positions, in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from auctions.domain.terms import LineRules, Terms
from auctions.domain.terms_rules import LOWERED_BY_LINES, SEALED_LINES


def sentences(terms: Terms) -> Iterator[str]:
    """Nothing where no lot has positions."""
    if all(lot.lines is None for lot in terms.lots):
        return
    yield _(
        "On a lot with positions you give the unit price of each. Quantity times unit price is "
        "rounded half-even to the lot's decimal places, and the sum of all positions is your bid: "
        "the step, the ceiling and every other rule are about that total."
    )
    rules = terms.line_rules or LineRules()
    if rules.zero:
        yield _("A position may cost nothing: write 0.")
    else:
        yield _("Each position must cost something.")
    if terms.format in LOWERED_BY_LINES and rules.rise:
        yield _("The price of a position may rise as long as the total falls enough.")
    elif terms.format in LOWERED_BY_LINES:
        yield _("No position may be dearer than in your own best bid.")
    if terms.format in SEALED_LINES:
        yield _("Your unit prices are sealed together, and read by nobody before the opening.")
    yield _(
        "Your unit prices are seen by you and the buyer alone, after the close also by the auditor."
    )
