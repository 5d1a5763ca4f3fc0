"""Packages in words, for whoever reads the terms before accepting them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.domain.terms import Format, PackageTerms, Terms


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
    if rule.discounts and terms.sealed_rounds is None:
        yield _(
            "Each supplier may seal one discount: so many percent off everything it wins, if it "
            "wins the lots, the number of lots and the sum that it names. The sum counts before "
            "the discount; prices after it are rounded up to the lot's decimals. Reserves are "
            "compared with prices before it."
        )
    if terms.sealed_rounds is not None:
        yield from _in_rounds(rule)
    if terms.format is Format.VICKREY:
        yield from _vickrey()
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


def _in_rounds(rule: PackageTerms) -> Iterator[str]:
    if rule.discounts:
        yield _(
            "Each supplier may seal one discount: so many percent off everything it wins, if it "
            "wins the lots and the number of lots that it names. Prices after it are rounded up to "
            "the lot's decimals. Reserves are compared with prices before it. In a later round it "
            "gives way only to one that is no worse in percent, lots and number of lots, and "
            "better in one of them."
        )
    if rule.per_supplier:
        yield _(
            "A package that was opened in a round stands, and its number is for its lots. In a "
            "later round it gives way to a package of the same lots of which no unit price is "
            "higher. A package of lots for which one of yours stands, under whatever number, must "
            "cost in all no more than your cheapest one would with each unit price lower by its "
            "lot's step. One that does not fit is rejected at the opening, with the reason; the "
            "former one stands."
        )
    yield _(
        "All lots end after the same round. That a further round starts tells that the rules below "
        "did not end them; of others' packages nobody is told."
    )
    yield _(
        "After each opening you are told of each own package and discount whether it was valid; "
        "and, where the terms show the rank, whether it is part of the best choice so far, "
        "whatever the reserves."
    )


def _vickrey() -> Iterator[str]:
    """What is paid where it is not the own price."""
    yield _(
        "All lots are decided together: of all ways to choose offers that share no lot, the one "
        "counts that serves the most lots; of those the one that asks least in all; of equal ones "
        "the one with the offer sealed first on lot 1, then on lot 2 and so on."
    )
    yield _(
        "A winner is paid in all what the best choice would cost without its prices, less what the "
        "other winners ask. Without its prices means: its offers and packages count at the limits "
        "of their lots, and its discount does not count. A lot's limit is the reserve or the "
        "ceiling, whichever is lower."
    )
    yield _(
        "So nobody is paid less than it asked, nor more than the limits of the lots it won. Where "
        "all lots have a limit, its own prices decide only what it wins. A lot without a limit "
        "that nobody else offers adds to what is paid in all no more than was asked for it."
    )
    yield _(
        "What a winner is paid for lots that packages or discounts tie together is shared among "
        "them: each unit price rises by the same part of the way to its limit; where one of these "
        "lots has no limit, all rise by one factor, none above its limit. They are rounded down to "
        "the lot's decimals."
    )
