"""Rotation: the same companies meet again and again, and win by turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from math import factorial, prod

from auctions.integrity.screens.facts import Finding, Kind, Meeting
from kernel.clock import moment_to_wire

LARGEST_GROUP = 4
MOST_MEETINGS = 12  # the latest
LEAST_MEETINGS = 6
MOST_COMPANIES = 12  # of one lot: more are not looked through
LIKELY_BY_CHANCE = Fraction(1, 20)


def rotation(meetings: Sequence[Meeting], present: frozenset[str]) -> Iterator[Finding]:
    """A group of k = 2 to 4 of the companies that now bid, which all bid in at least six of the
    buyer's lots (the latest twelve count), won them all among themselves, and won by turns.

    A window of k lots in a row is *full* if each of the group won one of them. Chance: the share of
    all orders of the same wins that have at least as many full windows, counted exactly; the sign
    is at most 0.05. It is a permutation test of order, as the runs test of Wald and Wolfowitz,
    *Annals of Mathematical Statistics* 11 (1940) 147-162; the pattern is "bid rotation" of OECD,
    *Guidelines for Fighting Bid Rigging in Public Procurement* (2012).
    False positives: companies that bid hard only while they have free capacity win by turns too; so
    do holders of contracts that end in turn.
    """
    in_order = sorted(meetings, key=lambda each: (each.closed_at, each.reference, each.lot))
    companies = sorted(present)[:MOST_COMPANIES]
    for size in range(2, LARGEST_GROUP + 1):
        for group in combinations(companies, size):
            whole = frozenset(group)
            met = [each for each in in_order if whole <= each.companies][-MOST_MEETINGS:]
            winners = [each.winner for each in met]
            if len(met) < LEAST_MEETINGS or set(winners) != whole:
                continue
            likely = as_full(tuple(winners), size)
            if likely <= LIKELY_BY_CHANCE:
                rows = [
                    {
                        "reference": each.reference,
                        "lot": each.lot,
                        "at": moment_to_wire(each.closed_at),
                        "winner": each.winner,
                    }
                    for each in met
                ]
                evidence = {"chance": f"{float(likely):.2g}", "rows": rows}
                yield Finding(Kind.ROTATION, 0, group, evidence)


def as_full(winners: tuple[str, ...], size: int) -> Fraction:
    """The share of the orders of these wins with at least as many full windows of ``size``."""
    found = sum(len(set(winners[at : at + size])) == size for at in range(len(winners) - size + 1))
    counts = tuple(sorted(Counter(winners).values()))

    @cache
    def orders(left: tuple[int, ...], latest: tuple[int, ...], need: int) -> int:
        if not any(left):
            return int(need <= 0)
        total = 0
        for who, number in enumerate(left):
            if number:
                window = (*latest, who)[-size:]
                full = len(window) == size and len(set(window)) == size
                rest = (*left[:who], number - 1, *left[who + 1 :])
                total += orders(rest, window[-(size - 1) :], max(0, need - full))
        return total

    total = factorial(len(winners)) // prod(factorial(count) for count in counts)
    return Fraction(orders(counts, (), found), total)
