"""Abnormally low offers of a tender, with names and figures for its buyer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from auctions.domain.rules import abnormal
from auctions.domain.visibility import all_closed
from crm_core.companies.models import Company
from kernel.decimals import MAX_SCALE, floor_fraction, to_wire
from marketplace.tenders import auctioning
from marketplace.tenders.models import Tender


@dataclass(frozen=True, slots=True)
class LowOffer:
    """One flagged offer. Percentages are cut to one digit, prices to six."""

    lot: int
    company_id: UUID
    name: str
    offer: str
    mean: str
    below_mean: str
    next_offer: str | None
    below_next: str | None


def low_offers(tender: Tender) -> list[LowOffer]:
    """By lot and rank; none while names are hidden. Trusted code: only for the tender's buyer."""
    if tender.auction_id is None:
        return []
    state = auctioning.state_of(tender)
    if state.rules.blind and not all_closed(state):
        return []
    companies = {seat: company for company, seat in auctioning.seats(tender).items()}
    names = dict(Company.objects.filter(pk__in=companies.values()).values_list("pk", "legal_name"))
    return [
        LowOffer(
            lot=number,
            company_id=companies[flag.seat],
            name=names[companies[flag.seat]],
            offer=_price(flag.offer),
            mean=_price(flag.mean),
            below_mean=_percent(flag.below_mean),
            next_offer=None if flag.next_offer is None else _price(flag.next_offer),
            below_next=None if flag.below_next is None else _percent(flag.below_next),
        )
        for number in state.lots
        for flag in abnormal.flags(state, number)
    ]


def _price(exact: Fraction) -> str:
    text = to_wire(floor_fraction(exact, MAX_SCALE))
    return text.rstrip("0").rstrip(".")


def _percent(share: Fraction) -> str:
    return to_wire(floor_fraction(share * 100, 1))
