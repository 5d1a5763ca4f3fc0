"""Declaring prices: in which of the listed currencies a seat bids, and which VAT its prices carry.

Once the terms in force are accepted, and before its first bid on any lot; until then it may be said
otherwise. Without it no bid is taken where the terms list currencies or VAT rates.
"""

from __future__ import annotations

from auctions.domain import money
from auctions.domain.commands import DeclarePrices
from auctions.domain.draft import Draft
from auctions.domain.events import PricesDeclared
from auctions.domain.refusals import (
    CurrencyNotListed,
    Disqualified,
    PricesFixed,
    PricesNotAsked,
    TermsNotAccepted,
    VatRateNotListed,
)
from auctions.domain.rules import admission
from auctions.domain.state import AuctionState, Prices


def declare_prices(draft: Draft, command: DeclarePrices) -> None:
    """Keep what one seat says. Saying the same again changes nothing: no event."""
    state = draft.state
    admission.check_open(state)
    seat = admission.seat_of(state, command.seat)
    terms = state.rules
    if seat.disqualified:
        raise Disqualified()
    if not money.asked_for(terms):
        raise PricesNotAsked()
    if seat.accepted_version != terms.version:
        raise TermsNotAccepted(version=terms.version)
    if command.currency != terms.currency and money.rate_of(terms, command.currency) is None:
        raise CurrencyNotListed(field="currency")
    if command.vat is None or terms.vat_rates is None:
        listed = command.vat is None and terms.vat_rates is None
    else:
        listed = command.vat in terms.vat_rates
    if not listed:
        raise VatRateNotListed(field="vat")
    vat = next((rate for rate in terms.vat_rates or () if rate == command.vat), None)
    prices = Prices(command.currency, vat)
    if seat.prices == prices:
        return
    if has_bid(state, seat.id):
        raise PricesFixed()
    draft.emit(PricesDeclared(seat.id, prices.currency, prices.vat, draft.at, command.ref))


def has_bid(state: AuctionState, seat: str) -> bool:
    """Whether the seat has bid on a lot, withdrawn bids included, or has a sealed offer there."""
    return any(
        (seat in lot.seats and lot.seats[seat].bids > 0)
        or (lot.sealed is not None and seat in lot.sealed.offers)
        for lot in state.lots.values()
    )
