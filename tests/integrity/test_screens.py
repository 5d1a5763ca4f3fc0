"""The screens on constructed cases, each with its controls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest

from auctions.integrity.screens import rotation, shadowing, shared_origin, spread
from auctions.integrity.screens.facts import Bid, Contest, Meeting, Origin
from auctions.integrity.screens.rotation import as_full
from auctions.integrity.screens.shadowing import at_least

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def contest(*bids: tuple[str, int, str], winner: str | None = None) -> Contest:
    """Bids as (seat, second, amount)."""
    made = tuple(Bid(seat, Decimal(text), AT + timedelta(seconds=s)) for seat, s, text in bids)
    last = {bid.seat: bid.amount for bid in made}
    return Contest(1, made, winner or min(last, key=lambda seat: last[seat]))


# Shadow bidding -----------------------------------------------------------------------------


def chase(gap: int = 5, follower_leads: bool = False) -> Contest:
    """a, c and d compete; after each bid of a, s bids a little above it."""
    bids, price = [], 1000
    for number in range(8):
        price -= 9
        at = number * 600
        bids.append(("c" if number % 2 else "d", at, str(price)))
        price -= 9
        bids.append(("a", at + 200, str(price)))
        lower = -1 if follower_leads and number == 3 else 5
        bids.append(("s", at + 200 + gap, str(price + lower)))
    return contest(*bids, winner="a")


def test_a_supplier_that_always_follows_one_and_never_leads_is_named() -> None:
    (found,) = [each for each in shadowing(chase()) if each.who[0] == "s"]
    assert found.who == ("s", "a")
    assert (found.evidence["bids"], found.evidence["followed"]) == (8, 8)
    assert [row["seconds"] for row in found.evidence["rows"]] == [5] * 8


@pytest.mark.parametrize("control", [chase(gap=61), chase(follower_leads=True)])
def test_who_comes_late_or_once_took_the_lead_does_not_follow(control: Contest) -> None:
    assert [each for each in shadowing(control) if each.who[0] == "s"] == []


def test_between_two_bidders_every_bid_follows_and_none_is_a_sign() -> None:
    bids = [(("a", "b")[n % 2], n * 10, str(1000 - n - 5 * (n % 2 == 0))) for n in range(20)]
    assert list(shadowing(contest(*bids))) == []


def test_bids_mixed_by_chance_are_no_sign() -> None:
    order = "acsdcasdcsadscdacsd"
    bids = [
        (seat, n * 10, str(900 - n + (200 if seat == "s" else 0))) for n, seat in enumerate(order)
    ]
    assert [each for each in shadowing(contest(*bids)) if each.who[0] == "s"] == []


def test_the_binomial_tail_is_exact() -> None:
    assert at_least(0, 5, Fraction(1, 3)) == 1
    assert at_least(5, 5, Fraction(1, 3)) == Fraction(1, 243)
    assert at_least(2, 3, Fraction(1, 2)) == Fraction(1, 2)


# Spread -------------------------------------------------------------------------------------


def offers(*amounts: str) -> Contest:
    return contest(*((f"s{n}", n, amount) for n, amount in enumerate(amounts)))


def test_losers_side_by_side_and_far_from_the_winner_are_named() -> None:
    (found,) = spread(offers("95.00", "99.00", "99.20", "99.10", "99.30"))
    assert found.who == ("s1", "s3", "s2", "s4")
    assert found.evidence["variation"] == "0.0189"
    assert Decimal(found.evidence["distance"]) > 1


@pytest.mark.parametrize(
    "amounts",
    [
        ("95.00", "95.50", "97.00", "99.00", "101.00"),  # evenly spread
        ("60.00", "99.00", "99.10", "99.20", "99.30"),  # varied as a whole
        ("95.00", "99.00", "99.10"),  # too few
        ("95.00", "95.00", "95.00", "95.00"),  # a tie is not a distance
    ],
)
def test_what_competition_leads_to_is_no_sign(amounts: tuple[str, ...]) -> None:
    assert list(spread(offers(*amounts))) == []


def test_equal_losing_offers_are_infinitely_close() -> None:
    (found,) = spread(offers("95.00", "99.00", "99.00", "99.00"))
    assert found.evidence["distance"] is None


# Rotation -----------------------------------------------------------------------------------


def history(winners: str, everyone: str = "abcd") -> list[Meeting]:
    return [
        Meeting(f"T-{n}", 1, AT + timedelta(days=n), frozenset(everyone), winner)
        for n, winner in enumerate(winners)
    ]


def test_three_who_win_by_turns_are_named() -> None:
    (found,) = rotation(history("abcabcabc"), frozenset("abcd"))
    assert found.who == ("a", "b", "c")
    assert len(found.evidence["rows"]) == 9


@pytest.mark.parametrize(
    "winners", ["aaabbbccc", "aabbcacbc", "abcabc", "aaaaaaaaa", "abcdabdcadbc"]
)
def test_other_orders_too_few_lots_or_one_winner_are_no_sign(winners: str) -> None:
    found = [each.who for each in rotation(history(winners), frozenset("abcd"))]
    assert ("a", "b", "c") not in found


def test_a_company_that_does_not_bid_now_is_left_out() -> None:
    assert list(rotation(history("abababab"), frozenset("acd"))) == []
    assert [each.who for each in rotation(history("abababab"), frozenset("ab"))] == [("a", "b")]


@pytest.mark.parametrize("winners", ["abab", "aabb", "abcabc", "aabbcc", "abcacb", "aaab"])
def test_the_share_of_orders_is_that_of_counting_them_all(winners: str) -> None:
    size = len(set(winners))

    def full(order: tuple[str, ...]) -> int:
        return sum(len(set(order[n : n + size])) == size for n in range(len(order) - size + 1))

    orders = set(permutations(winners))
    expected = Fraction(sum(full(each) >= full(tuple(winners)) for each in orders), len(orders))
    assert as_full(tuple(winners), size) == expected


# Shared origin ------------------------------------------------------------------------------


def origin(seat: str, address: str = "", device: str = "") -> Origin:
    return Origin(seat, address, device, AT, AT + timedelta(minutes=5))


def test_one_device_and_one_address_are_told_apart() -> None:
    rows = [origin("a", "x", "d"), origin("b", "y", "d"), origin("c", "y"), origin("c", "y")]
    device, address = shared_origin(rows)
    assert (device.evidence["what"], device.who) == ("device", ("a", "b"))
    assert (address.evidence["what"], address.who) == ("address", ("b", "c"))
    assert address.evidence["rows"][1]["connections"] == 2


def test_unknown_origins_and_one_seat_at_two_sockets_are_no_sign() -> None:
    rows = [origin("a"), origin("b"), origin("c", "x", "d"), origin("c", "x", "d")]
    assert list(shared_origin(rows)) == []
