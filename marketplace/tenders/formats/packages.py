"""Packages in words, for whoever reads the terms before accepting them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.domain.terms import Format, Terms


def packages(terms: Terms) -> Iterator[str]:
    """Who wins where offers may be tied, and how many packages a supplier may make."""
    rule = terms.packages
    if rule is None:
        return
    if rule.per_supplier:
        yield ngettext(
            "Besides its offers for single lots each supplier may make %(n)s package: a price for "
            "each of several lots, up to %(lots)s, all or nothing.",
            "Besides its offers for single lots each supplier may make up to %(n)s packages: a "
            "price for each of several lots, up to %(lots)s, all or nothing.",
            rule.per_supplier,
        ) % {"n": rule.per_supplier, "lots": min(rule.most_lots, len(terms.lots))}
        yield _(
            "Which lots a package holds is sealed too. Several offers of one supplier may win, as "
            "long as no two hold the same lot; a package never wins in part."
        )
    if rule.discounts:
        yield _(
            "Each supplier may seal one discount: so many percent off everything it wins, if it "
            "wins the lots, the number of lots and the sum that it names. The sum counts before "
            "the discount; prices after it are rounded up to the lot's decimals. Reserves are "
            "compared with prices before it."
        )
    if terms.format is Format.VICKREY:
        yield from _second_price()
    else:
        yield _(
            "All lots are decided together: of all ways to choose offers that share no lot, the "
            "one counts that serves the most lots; of those the one that costs least in all; of "
            "equal ones the one with the offer sealed first on lot 1, then on lot 2 and so on. "
            "Each winner is paid its own price."
        )
    yield _(
        "After the close every supplier is told of each lot whether it went by a package, and "
        "nothing else of it."
    )


def _second_price() -> Iterator[str]:
    """What is paid where it is not the own price."""
    yield _(
        "All lots are decided together: of all ways to choose offers that share no lot, the one "
        "counts that serves the most lots; of those the one that asks least in all; of equal ones "
        "the one with the offer sealed first on lot 1, then on lot 2 and so on."
    )
    yield _(
        "A winner is paid in all what the best choice would cost without its prices, less what the "
        "other winners ask. Without its prices means: its offers and packages count at the limits "
        "of their lots. A lot's limit is the reserve or the ceiling, whichever is lower."
    )
    yield _(
        "So nobody is paid less than it asked, nor more than the limits of the lots it won, and "
        "its own prices decide only what it wins. A lot without a limit that nobody else offers is "
        "paid as asked."
    )
    yield _(
        "What a winner is paid for lots that packages or discounts tie together is shared among "
        "them: each unit price rises by the same part of the way to its limit, rounded down to the "
        "lot's decimals."
    )
