"""Barter on small random worlds: cycles against every arrangement, balances, residual cash."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.barter.domain.balance import balance
from marketplace.barter.domain.cash import transfers
from marketplace.barter.domain.cycles import cycles
from marketplace.barter.domain.graph import Cap, Measure, Node, Want, edge_for, graph
from reference.domain.conversion import Scale

TONNE = Measure("TNE", Scale("TNE", "mass", Fraction(1000), Fraction(0)))
KILO = Measure("KGM", Scale("KGM", "mass", Fraction(1), Fraction(0)))
PIECE = Measure("C62")
UNITS = (TONNE, KILO, PIECE)
GOODS = ("a", "b", "c")
amounts = st.integers(1, 400).map(lambda n: Decimal(n) / 4)
caps = st.sampled_from(
    [Cap(percent=Decimal(100)), Cap(percent=Decimal(20)), Cap(percent=Decimal(0)),
     Cap(amount=Decimal(50)), Cap(amount=Decimal(0))]
)  # fmt: skip


@st.composite
def world(draw: st.DrawFn) -> dict[str, Node]:
    nodes = {}
    for number in range(draw(st.integers(2, 7))):
        goods = draw(st.sampled_from(GOODS))
        wants = tuple(
            Want(key=f"{number}.{at}", category=draw(st.sampled_from(GOODS)),
                 quantity=draw(amounts), unit=draw(st.sampled_from(UNITS)),
                 highest=Decimal(draw(st.sampled_from((1, 100, 10**6)))))
            for at in range(draw(st.integers(1, 3)))
        )  # fmt: skip
        key = f"n{number}"
        nodes[key] = Node(
            key=key, company=draw(st.sampled_from("vwxyz")), country="EE",
            quantity=draw(amounts), step=draw(st.sampled_from([Decimal("0.25"), Decimal(1)])),
            unit=draw(st.sampled_from(UNITS)), unit_value=draw(amounts),
            currency=draw(st.sampled_from(("EUR", "EUR", "EUR", "USD"))), cap=draw(caps),
            wants=wants, categories=frozenset({goods}),
            territory=draw(st.sampled_from((frozenset(), frozenset({"EE"}), frozenset({"DE"})))),
        )  # fmt: skip
    return nodes


def can_give(giver: Node, taker: Node) -> bool:
    """By the words of the manual, for any of the taker's wants."""
    if giver.company == taker.company or giver.currency != taker.currency:
        return False
    if giver.territory and taker.country not in giver.territory:
        return False
    for want in taker.wants:
        kilos = {"TNE": 1000, "KGM": 1}
        both = {giver.unit.code, want.unit.code}
        if want.category not in giver.categories or (len(both) > 1 and "C62" in both):
            continue
        factor = Fraction(kilos.get(giver.unit.code, 1), kilos.get(want.unit.code, 1))
        dear = Fraction(giver.unit_value) / factor > Fraction(want.highest)
        whole = Fraction(giver.step) * factor <= Fraction(want.quantity)
        if not dear and whole and giver.step <= giver.quantity:
            return True
    return False


def brute(nodes: dict[str, Node], longest: int) -> set[tuple[str, ...]]:
    """Every arrangement of two to ``longest`` listings that begins with its least and works."""
    found = set()
    for length in range(2, longest + 1):
        for ring in permutations(sorted(nodes), length):
            pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
            if (
                ring[0] == min(ring)
                and len({nodes[key].company for key in ring}) == length
                and all(can_give(nodes[one], nodes[other]) for one, other in pairs)
            ):
                found.add(ring)
    return found


def companies(nodes: dict[str, Node]) -> dict[str, str]:
    return {key: node.company for key, node in nodes.items()}


@given(world())
def test_what_is_found_is_what_every_arrangement_gives(nodes: dict[str, Node]) -> None:
    found = cycles(graph(nodes.values()), companies(nodes))
    assert found.complete
    assert len(set(found.found)) == len(found.found)
    assert set(found.found) == brute(nodes, 5)


@given(world(), st.integers(0, 6))
def test_those_through_one_listing_are_those_of_all_that_hold_it(
    nodes: dict[str, Node], number: int
) -> None:
    key = sorted(nodes)[number % len(nodes)]
    edges = graph(nodes.values())
    some = cycles(edges, companies(nodes), through=key).found
    every = cycles(edges, companies(nodes)).found
    assert list(some) == [each for each in every if key in each]


@given(world(), st.integers(0, 4), st.integers(0, 30))
def test_a_limit_is_told_and_what_was_found_until_then_is_real(
    nodes: dict[str, Node], most: int, steps: int
) -> None:
    edges, every = graph(nodes.values()), brute(nodes, 5)
    capped = cycles(edges, companies(nodes), most=most)
    assert capped.complete == (len(every) <= most)
    assert len(capped.found) == min(most, len(every))
    hasty = cycles(edges, companies(nodes), steps=steps)
    for found in (capped, hasty):
        assert set(found.found) <= every
        assert not found.complete or set(found.found) == every


@given(world())
def test_balances_are_real_and_within_every_cap(nodes: dict[str, Node]) -> None:
    edges = graph(nodes.values())
    for ring in cycles(edges, companies(nodes)).found:
        found = balance(ring, edges, nodes, 2)
        if found is None:
            continue
        assert sum(each.cash for each in found.parties) == 0
        for at, leg in enumerate(found.legs):
            giver, taker = nodes[ring[at]], nodes[ring[(at + 1) % len(ring)]]
            want = next(each for each in taker.wants if each.key == leg.edge.want)
            best = edge_for(giver, taker, want)
            assert best is not None
            assert leg.quantity % giver.step == 0
            assert giver.step <= leg.quantity <= min(giver.quantity, best.steps * giver.step)
            assert abs(leg.value - leg.quantity * giver.unit_value) <= Decimal("0.005")
            party = found.parties[at]
            assert party.gives == leg.value
            assert party.gets == found.legs[at - 1].value
            apart = abs(party.gives - party.gets)
            if giver.cap.percent is not None:
                assert apart <= party.gives * giver.cap.percent / 100
            if giver.cap.amount is not None:
                assert apart <= giver.cap.amount
            got = sum(each.amount for each in found.cash if each.receiver == at)
            paid = sum(each.amount for each in found.cash if each.payer == at)
            assert got - paid == party.cash


@given(
    st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5),
    st.sampled_from((0, 2, 3)),
)
def test_residual_cash_sums_to_what_is_due(cents: list[int], places: int) -> None:
    dues = [Decimal(each).scaleb(-places) for each in (*cents, -sum(cents))]
    found = transfers(dues, places)
    for at, due in enumerate(dues):
        got = sum(each.amount for each in found if each.receiver == at)
        paid = sum(each.amount for each in found if each.payer == at)
        assert got - paid == due
        assert not (got and paid)
    for each in found:
        assert each.amount > 0
        assert each.amount == round(each.amount, places)
    assert found == transfers(dues, places)
