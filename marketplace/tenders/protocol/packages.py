"""Packages in the protocol: what was offered over several lots, and who wins which lots by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from auctions.domain.events import LotsPaid
from auctions.domain.rules import packages as rule
from auctions.domain.state import AuctionState, LotState, Packages
from auctions.domain.terms import LotTerms
from kernel.decimals import line_total, to_wire

# A seat's name to this reader; None where the reader may not know of it.
Named = Callable[[str], str | None]


def allocation(state: AuctionState, named: Named, *, sees_all: bool) -> dict[str, Any] | None:
    """What was found over all lots; None where the terms have no packages, or before the end."""
    if state.rules.packages is None:
        return None
    packages = state.packages or Packages()
    found = packages.allocated
    document: dict[str, Any] = {
        "packages": list(_packages(state, packages, named)),
        "discounts": list(_discounts(state, packages, named)),
    }
    if found is not None and sees_all:
        document |= {
            "total": to_wire(found.total),
            "single_lots": found.single_lots,
            "single_total": to_wire(found.single_total),
        }
        if found.payments is not None and found.paid is not None:
            document |= {
                "paid": to_wire(found.paid),
                "payments": list(_payments(found.payments, named)),
            }
    return document


def _packages(state: AuctionState, packages: Packages, named: Named) -> Iterator[dict[str, Any]]:
    for seat, mine in packages.seats.items():
        name = named(seat)
        if name is None:
            continue
        for number, package in sorted(mine.opened.items()):
            yield {
                "name": name,
                "package": number,
                "lots": [
                    {"lot": lot, "price": to_wire(price)}
                    for lot, price in sorted(package.prices.items())
                ],
                "total": to_wire(package.total),
                "won": rule.won(state, seat, number),
            }


def _payments(payments: Iterable[LotsPaid], named: Named) -> Iterator[dict[str, Any]]:
    """What each winner is paid in all for lots that are paid together, before rounding."""
    for each in payments:
        name = named(each.seat)
        if name is None:
            continue
        yield {
            "name": name,
            "lots": list(each.lots),
            "asked": to_wire(each.asked),
            "paid": to_wire(each.paid),
        }


def _discounts(state: AuctionState, packages: Packages, named: Named) -> Iterator[dict[str, Any]]:
    for seat, mine in packages.seats.items():
        name = named(seat)
        if name is None or mine.discount is None:
            continue
        yield {
            "name": name,
            "percent": to_wire(mine.discount.percent),
            "lots": list(mine.discount.lots),
            "count": mine.discount.count,
            "least": to_wire(mine.discount.least),
            "holds": rule.won(state, seat, rule.DISCOUNT),
        }


def by_package(lot: LotState, packages: Packages | None) -> int | None:
    """The number of the package by which a lot was won."""
    found = None if packages is None else packages.allocated
    return None if found is None or lot.winner is None else found.by_package.get(lot.number)


def winner_row(
    state: AuctionState, lot: LotState, terms: LotTerms, names: Mapping[str, tuple[str, str]]
) -> dict[str, Any] | None:
    """Who wins a lot otherwise than by the price it asked for this lot alone.

    ``names``: a seat's company and its name.
    """
    if state.rules.packages is None or lot.winner not in names or lot.price is None:
        return None
    mine = lot.seats.get(lot.winner)
    asked = rule.asked(state, lot.number)
    price = lot.price if asked is None else asked  # beside prices that others asked
    alone = mine is not None and mine.best is not None and mine.best.amount == price
    package = by_package(lot, state.packages)
    if alone and package is None:
        return None
    company, name = names[lot.winner]
    return {
        "company_id": company,
        "name": name,
        "price": to_wire(price),
        "total": to_wire(line_total(terms.quantity, price, terms.scale)),
        "package": package,
    }


def outcome_text(state: AuctionState, lot: LotState) -> str | None:
    """How a lot ended where offers for several lots were taken; None where they were not."""
    if state.rules.packages is None or lot.outcome is None or state.packages is None:
        return None
    if lot.winner is None:
        return _("No offer that was chosen holds this lot.")
    if by_package(lot, state.packages) is not None:
        return _("The lot goes by a package, together with other lots.")
    return _("The lot goes by an offer for it alone, chosen together with those for other lots.")
