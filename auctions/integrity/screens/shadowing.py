"""Shadow bidding: one supplier's bids always come right after another's, and never lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from math import comb

from auctions.integrity.screens.facts import Bid, Contest, Finding, Kind
from kernel.clock import moment_to_wire
from kernel.decimals import to_wire

SOON = timedelta(seconds=60)
LEAST_BIDS = 5
LEAST_RIVALS = 3  # with two bidders every bid follows the other's
LIKELY_BY_CHANCE = Fraction(1, 100)


def shadowing(contest: Contest) -> Iterator[Finding]:
    """A pair where ``b`` follows ``a``: of b's n >= 5 bids, k came within 60 s after a bid of a as
    the bid just before, and none of b's bids ever took the lead.

    Chance: were b's bids mixed at random among the others', each would follow a with probability
    ``p = bids of a / bids of all but b``; the sign is ``P(X >= k) <= 0.01`` for X binomial(n, p).
    Sources: the reaction-time and winning measures of Trevathan and Read, "Detecting shill bidding
    in online English auctions", *Handbook of Research on Social and Organizational Liabilities in
    Information Security* (2009) 446-470, turned round for a falling price; Clopper and Pearson,
    *Biometrika* 26 (1934) 404-413, for the exact binomial tail.
    Automatic bids are left out: they answer at once, by the terms.
    False positives: a supplier that reacts to every change of its rank follows whoever is most
    active; a program that bids on a timer.
    """
    bids = tuple(bid for bid in contest.bids if not bid.automatic)
    counts = Counter(bid.seat for bid in bids)
    if len(counts) < LEAST_RIVALS:
        return
    for shadow in sorted(counts):
        own = [number for number, bid in enumerate(bids) if bid.seat == shadow]
        if len(own) < LEAST_BIDS or shadow == contest.winner or _ever_led(bids, shadow):
            continue
        for followed in sorted(counts.keys() - {shadow}):
            after = [(bids[n - 1], bids[n]) for n in own if n and _follows(bids, n, followed)]
            chance = Fraction(counts[followed], len(bids) - len(own))
            likely = at_least(len(after), len(own), chance)
            if likely > LIKELY_BY_CHANCE:
                continue
            yield Finding(
                Kind.SHADOWING,
                contest.lot,
                (shadow, followed),
                {
                    "bids": len(own),
                    "followed": len(after),
                    "chance": f"{float(likely):.2g}",
                    "rows": [
                        {
                            "seat": shadow,
                            "amount": to_wire(later.amount),
                            "at": moment_to_wire(later.at),
                            "seconds": round((later.at - earlier.at).total_seconds()),
                        }
                        for earlier, later in after
                    ],
                },
            )


def at_least(k: int, n: int, p: Fraction) -> Fraction:
    """``P(X >= k)`` of a binomial, exactly."""
    return sum((comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1)), start=Fraction(0))


def _follows(bids: tuple[Bid, ...], number: int, followed: str) -> bool:
    before = bids[number - 1]
    return before.seat == followed and bids[number].at - before.at <= SOON


def _ever_led(bids: tuple[Bid, ...], seat: str) -> bool:
    lowest = None
    for bid in bids:
        if lowest is None or bid.price < lowest:
            if bid.seat == seat and lowest is not None:
                return True
            lowest = bid.price
    return False
