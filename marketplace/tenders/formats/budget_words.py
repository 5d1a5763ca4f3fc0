"""The terms of a budget auction in words: quantities where others have prices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from auctions.domain.terms import Basis, Count, Terms, TiePolicy, Vat
from ui.formatting import duration, percent


def sentences(terms: Terms) -> Iterator[str]:
    """How the quantity is found, as a supplier reads it."""
    vat = _("without VAT") if terms.vat is Vat.NET else _("with VAT")
    yield _(
        "The price is fixed: for each lot the buyer pays the budget named with it, in %(currency)s "
        "%(vat)s, whatever quantity wins."
    ) % {"currency": terms.currency, "vat": vat}
    yield _(
        "A bid is the quantity you deliver for that budget, in the lot's unit. The highest "
        "quantity wins. A unit then costs the budget divided by the quantity, and nothing is "
        "rounded."
    )
    if terms.basis is Basis.OWN:
        yield _("Each further bid must be higher than your own best by at least the lot's step.")
    else:
        yield _("Each bid must be higher than the leading quantity by at least the lot's step.")
    buffer = terms.front_buffer
    if buffer is not None:
        by = buffer.absolute
        yield _("A bid that takes the lead must exceed it by at least %(buffer)s.") % {
            "buffer": _percent(buffer.percent) if by is None else format(by, "f")
        }
    if any(lot.floor is not None for lot in terms.lots):
        yield _("A first bid may not be below the lot's least first quantity.")
    if any(lot.grid is not None for lot in terms.lots):
        yield _("Where a lot names a multiple, every quantity must be a multiple of it.")
    yield {
        TiePolicy.FIRST: _("Of equal bids the one decided first ranks better."),
        TiePolicy.EQUAL_BEST: _("Equal bids share the better rank; the first decided one wins."),
        TiePolicy.EQUAL_WORST: _("Equal bids share the worse rank; the first decided one wins."),
        TiePolicy.FORBID_LEAD: _("A bid equal to the leading quantity is refused."),
    }[terms.ties]
    if any(lot.reserve_commitment is not None for lot in terms.lots):
        yield _(
            "Lots marked so have a hidden least quantity: below it nobody wins. It was fixed "
            "before the start, cannot be changed, and is opened when the lot closes."
        )


def feedback(terms: Terms) -> Iterator[str]:
    """What a supplier sees of the others."""
    told = terms.feedback
    if told.rank and told.lead:
        yield _("You see the rank of your own best bid and the leading quantity.")
    elif told.rank:
        yield _("You see the rank of your own best bid, not the leading quantity.")
    elif told.lead:
        yield _("You see the leading quantity, not your rank.")
    else:
        yield _("You see neither ranks nor other quantities before the close.")
    if told.after_first_bid and (told.rank or told.lead):
        yield _("Nothing is shown before your first valid bid on a lot.")
    if told.lead and told.lead_min_bidders > 1:
        yield _("The leading quantity is shown once %(n)d suppliers have bid on the lot.") % {
            "n": told.lead_min_bidders
        }
    if told.hide_ranks_last:
        yield _("In the last %(time)s of a lot ranks are hidden from everybody.") % {
            "time": duration(told.hide_ranks_last)
        }
    if told.count is Count.HIDDEN:
        yield _("How many suppliers take part is not shown to any of them.")
    else:
        yield _("Everybody sees how many suppliers have bid on the lot.")
    if told.reserve_met:
        yield _("You see whether the hidden least quantity is met.")


def guard(terms: Terms) -> Iterator[str]:
    """What protects from a digit too many."""
    rule = terms.guard
    if rule.warn is not None:
        yield _("A quantity %(rise)s or more above your own best asks for a second look.") % {
            "rise": _percent(rule.warn)
        }
    if rule.retype is not None:
        yield _("From %(rise)s above, the quantity must be typed a second time.") % {
            "rise": _percent(rule.retype)
        }
    if rule.block is not None:
        yield _("From %(rise)s above, a neutral person must release the bid first.") % {
            "rise": _percent(rule.block)
        }
    if rule.warn is None and rule.retype is None and rule.block is None:
        yield _("Every valid bid binds at once, however high it is.")


def _percent(value: Decimal | Any) -> str:
    exponent = value.normalize().as_tuple().exponent
    return percent(value, max(0, -exponent))
