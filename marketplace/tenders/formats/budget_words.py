"""The terms of a budget auction in words: quantities where others have prices."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from auctions.domain.terms import Basis, Terms, TiePolicy, Vat
from marketplace.tenders.bidder_words import exact_percent


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
            "buffer": exact_percent(buffer.percent) if by is None else format(by, "f")
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
