"""The variance screen: losing offers improbably close to each other, and far from the winner."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext

from auctions.integrity.screens.facts import Contest, Finding, Kind
from kernel.decimals import quantize, to_wire

LEAST_OFFERS = 4
MOST_VARIATION = Decimal("0.06")
LEAST_DISTANCE = Decimal(1)


def spread(contest: Contest) -> Iterator[Finding]:
    """The lot's last offers b1 <= b2 <= ... <= bn, at least four of them, when both hold:

    * coefficient of variation ``CV = s / mean`` of all offers at most 0.06;
    * relative distance ``RD = (b2 - b1) / s(b2 ... bn)`` greater than 1;

    with ``s`` the sample standard deviation. Where the losing offers are all equal, RD is infinite.
    Of quantities for a budget the unit prices are compared.
    Sources: Abrantes-Metz, Froeb, Geweke and Taylor, "A variance screen for collusion", *Int. J. of
    Industrial Organization* 24 (2006) 467-486, for CV; Imhof, Karagoek and Rutz, "Screening for bid
    rigging: does it work?", *J. of Competition Law & Economics* 14 (2018) 235-261, for RD and both
    thresholds.
    False positives: these screens were made for sealed tenders. In an open auction offers draw
    together by competition, and losers who stop at the same cost look alike.
    """
    offers = sorted(contest.last.values(), key=lambda bid: (bid.price, bid.seat))
    if contest.winner is None or len(offers) < LEAST_OFFERS or offers[0].seat != contest.winner:
        return
    amounts = [bid.price for bid in offers]
    with localcontext() as context:
        context.prec = 40
        mean = sum(amounts, Decimal(0)) / len(amounts)
        variation = _deviation(amounts) / mean
        losing = _deviation(amounts[1:])
        gap = amounts[1] - amounts[0]
        far = gap > losing * LEAST_DISTANCE
    if variation > MOST_VARIATION or not far or gap == 0:
        return
    yield Finding(
        Kind.SPREAD,
        contest.lot,
        tuple(bid.seat for bid in offers[1:]),
        {
            "variation": to_wire(quantize(variation, 4)),
            "distance": to_wire(quantize(gap / losing, 2)) if losing else None,
            "rows": [{"seat": bid.seat, "amount": to_wire(bid.amount)} for bid in offers],
        },
    )


def _deviation(values: list[Decimal]) -> Decimal:
    """The sample standard deviation; zero for one value."""
    if len(values) < 2:
        return Decimal(0)
    mean = sum(values, Decimal(0)) / len(values)
    total = sum(((value - mean) ** 2 for value in values), Decimal(0))
    return (total / (len(values) - 1)).sqrt()
