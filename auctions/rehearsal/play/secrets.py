"""Hidden reserves take no part in a rehearsal; where a format needs one, the price level stands in.

What stands in is no secret: its salt is a constant and its amount what the bots' costs are of.
"""

from __future__ import annotations

from dataclasses import replace

from auctions.domain.commands import OpenedReserve
from auctions.domain.terms import Terms, reserve_commitment
from auctions.rehearsal.play.bots import Prices
from auctions.rehearsal.play.formats import FORMATS
from kernel.decimals import to_wire

SALT = bytes(32)


def without_secrets(terms: Terms) -> Terms:
    """The terms without hidden reserves, also without their commitments, and without scoring:
    each supplier's values are known to it and the buyer alone. All play in the auction's own
    currency and on the common basis: who will bid in which money is not known before."""
    lots = tuple(replace(lot, reserve_commitment=None) for lot in terms.lots)
    return replace(terms, lots=lots, scoring=None, currencies=None, vat_rates=None)


def rehearsed(terms: Terms, prices: Prices) -> Terms:
    """The terms as they are played."""
    if not FORMATS[terms.format].needs_reserve:
        return without_secrets(terms)
    terms = without_secrets(terms)
    lots = tuple(
        replace(lot, reserve_commitment=reserve_commitment(SALT, to_wire(prices[lot.number])))
        for lot in terms.lots
    )
    return replace(terms, lots=lots)


def stand_ins(terms: Terms, prices: Prices) -> tuple[OpenedReserve, ...]:
    """What a tick of these terms is handed."""
    if not FORMATS[terms.format].needs_reserve:
        return ()
    return tuple(OpenedReserve(lot.number, SALT.hex(), prices[lot.number]) for lot in terms.lots)
