"""Noninterference: what a supplier is told follows from what it may see, and from nothing else.

Two worlds share the terms, this supplier's own commands and every moment. In the second the others
ask for other amounts, write other messages, and bid more. As long as an independent reading of the
terms grants this supplier the same facts in both, everything it is told is the same to the byte:
standings, events, answers and refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from hypothesis import event as label
from hypothesis import given
from hypothesis import strategies as st

from auctions.domain import money
from auctions.domain.affine import PRICE
from auctions.domain.codec import to_body
from auctions.domain.machine import evolve
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.terms import Basis, Disclosure, Feedback, Terms, TiePolicy, Trigger
from auctions.domain.terms_check import check_terms
from auctions.domain.visibility import Role, Viewer, event_view, price_point, standing
from kernel.canonical import canonical
from tests.domain.room import plain_limits
from tests.properties.play import (
    SEATS,
    Happened,
    Intent,
    Player,
    all_terms,
    budget_terms,
    prices,
    scripts,
)
from tests.properties.play_open_closed import (
    AUDITOR,
    PLATFORM,
    SeededPlayer,
    open_closed_scripts,
    open_closed_terms,
)

ME = SEATS[0]


@dataclass(frozen=True)
class Twin:
    """One step in both worlds; ``only_second``: another seat does it in the second world only."""

    step: Intent
    price: tuple[str, int]
    only_second: bool


@st.composite
def all_twins(draw: st.DrawFn, of: st.SearchStrategy[list[Intent]] = scripts) -> list[Twin]:
    """A script whose other seats ask for another amount in the second world, or only there."""
    only = st.sampled_from([False, False, False, True])
    return [Twin(step, draw(prices), draw(only)) for step in draw(of)]


@st.composite
def open_closed_twins(draw: st.DrawFn) -> list[Twin]:
    """Worlds that differ from the first bid on, or in final offers alone."""
    found = draw(all_twins(open_closed_scripts()))
    alike = seeds_at([each.step for each in found]) if draw(st.booleans()) else 0
    same = [Twin(each.step, each.step.price, False) for each in found[:alike]]
    return [*same, *found[alike:]]


def seeds_at(script: list[Intent]) -> int:
    """At which place the seeds are opened."""
    return next(place for place, one in enumerate(script) if one.kind == "reveal")


twins = all_twins()


def facts(state: AuctionState, seat: str | None) -> Any:
    """What the terms grant ``seat``, read from the terms' words and not from the table's code."""
    terms = state.rules
    feedback = terms.feedback
    told: list[Any] = [state.phase, state.consent_until, state.terms_hash, state.outcome]
    told += [state.seats.get(seat or ""), state.ended_at]
    for lot in state.lots.values():
        told += [lot.phase, lot.starts_at, lot.deadline, lot.hard_stop, lot.pauses]
        told += [lot.resumes_at, lot.extensions, lot.ranks_hidden, lot.outcome, lot.paused_at]
        mine = lot.seats.get(seat or "")
        told += [mine and (mine.best and mine.best.amount, mine.bids, mine.unlock_pending)]
        # What ranks: the price, or the score it makes.
        sign = 1 if terms.lots[lot.number - 1].budget is None else -1  # of quantities the most
        offers = [
            (sign * lot.scoring.get(name, PRICE).score(other.best.amount), other.best.seq)
            for name, other in lot.seats.items()
            if other.best is not None
        ]
        own = None if mine is None else mine.best
        closed = lot.phase is LotPhase.CLOSED
        opening = lot.phase is LotPhase.SEALED and bool(
            state.sealing and state.sealing.auditor_secret
        )
        shown = lot.started and not opening and (closed or not lot.ranks_hidden)
        if feedback.after_first_bid and own is None:
            shown = False
        lowest = min((score for score, _ in offers), default=None)
        if seat is None and lot.values:
            lowest = None
        if shown and feedback.lead and len(offers) >= feedback.lead_min_bidders:
            told += ["lead", lowest]
        if shown and feedback.rank and own is not None:
            mark = sign * lot.scoring.get(seat or "", PRICE).score(own.amount)
            better = sum(score < mark for score, _ in offers)
            equal = [seq for score, seq in offers if score == mark]
            rank = {
                TiePolicy.EQUAL_BEST: better + 1,
                TiePolicy.EQUAL_WORST: better + len(equal),
            }.get(terms.ties, better + 1 + sum(seq < own.seq for seq in equal))
            told += ["rank", rank]
        if shown and feedback.count == "shown":
            told += ["count", len(offers)]
        if closed:
            told += ["won", lot.winner == seat]
            if terms.disclosure is Disclosure.PUBLIC:
                told += ["price", lot.price, money.currency_of(state, lot.winner)]
        if lot.random_end is not None and lot.random_end.drawn is not None:
            told += ["drawn", lot.random_end.drawn, len(lot.random_end.void(seat or ""))]
            told += ["final", lot.random_end.final, seat in lot.random_end.finalists]
    return told


class World:
    """One world, and what ``viewer`` is told in it, message by message in bytes."""

    def __init__(self, player: Player, viewer: Viewer) -> None:
        self.player = player
        self.viewer = viewer
        self._read = len(self.player.played.steps)
        self._standing = b""

    def news(self) -> list[tuple[Any, bytes]]:
        """New messages since the last call, each with the facts granted at its moment."""
        steps, self._read = self.player.played.steps[self._read :], len(self.player.played.steps)
        return [message for done in steps for message in self._told(done)]

    def _told(self, done: Happened) -> Iterator[tuple[Any, bytes]]:
        state, me = done.before, self.viewer.seat
        for event in done.events:
            after = evolve(state, event, state.seq + 1)
            now = facts(after, me)
            view = event_view(state, after, event, self.viewer)
            point = price_point(after, event, self.viewer)
            for told in (view, point):
                if told is not None:
                    yield now, canonical(told)
            reserves = {lot.lot: lot.amount for lot in self.player.reserves}
            shown = canonical(
                to_body(standing(after, self.viewer, secrets=reserves, limits=plain_limits))
            )
            if shown != self._standing:  # what did not change is not sent again
                self._standing = shown
                yield now, shown
            state = after
        own = getattr(done.command, "seat", getattr(done.command, "sender", None))
        if me is not None and own == me:
            refusal = done.refusal
            answer = None if refusal is None else [refusal.code, refusal.field, refusal.data]
            yield facts(state, me), canonical(answer)


def compare(
    terms: Terms, script: list[Twin], viewer: Viewer, player: Callable[[Terms], Player] = Player
) -> None:
    """Play both worlds as long as the facts agree; what is told must agree too."""
    worlds = World(player(terms), viewer), World(player(terms), viewer)
    for number, twin in enumerate(script):
        # The moment is chosen once, from what both worlds know alike.
        at = worlds[0].player.moment(twin.step.when)
        asked = ("bid", "message", "unlock", "approve", "surrogate")
        others = twin.step.seat != viewer.seat and twin.step.kind in asked
        for second, world in enumerate(worlds):
            world.player.at, world.player.refs = at, 10 * number
            if others and twin.only_second and not second:
                continue
            step = replace(twin.step, when=("at", 0))
            world.player.step(replace(step, price=twin.price) if others and second else step)
        if not _agree(*(world.news() for world in worlds)):
            label("parted at a fact")
            return
        if facts(worlds[0].player.state, viewer.seat) != facts(worlds[1].player.state, viewer.seat):
            label("parted at a fact")
            return
    label("same to the end")


def _agree(first: list[tuple[Any, bytes]], second: list[tuple[Any, bytes]]) -> bool:
    """Whether the facts agree throughout; fails where they do and a message differs."""
    for one, other in zip_longest(first, second):
        if one is None or other is None:
            granted, message = one or other or ((), b"")
            shorter = second if one is not None else first
            last = shorter[-1][0] if shorter else None
            assert last != granted, message
            return False
        if one[0] != other[0]:
            return False
        assert one[1] == other[1]
    return True


@given(all_terms(), twins)
def test_a_supplier_is_told_the_same_whatever_it_may_not_see(
    terms: Terms, script: list[Twin]
) -> None:
    compare(terms, script, Viewer(Role.SUPPLIER, ME))


@given(budget_terms(), twins)
def test_neither_where_quantities_are_bid(terms: Terms, script: list[Twin]) -> None:
    compare(terms, script, Viewer(Role.SUPPLIER, ME))


@given(all_terms(Basis.OWN), twins)
def test_a_supplier_without_feedback_is_told_nothing_of_others(
    terms: Terms, script: list[Twin]
) -> None:
    hidden = Feedback(rank=False, lead=False)
    soft = replace(terms.soft_close, trigger=Trigger.ANY_BID)
    ties = TiePolicy.FIRST if terms.ties is TiePolicy.FORBID_LEAD else terms.ties
    terms = replace(
        terms, feedback=hidden, soft_close=soft, ties=ties, front_buffer=None, automatic_bids=None
    )
    assert check_terms(terms) == []
    compare(terms, script, Viewer(Role.SUPPLIER, ME))


@given(all_terms(), twins)
def test_an_observer_is_told_the_same_whatever_not_every_supplier_sees(
    terms: Terms, script: list[Twin]
) -> None:
    compare(terms, script, Viewer(Role.OBSERVER))


@given(open_closed_terms(), open_closed_twins())
def test_neither_where_the_end_is_random_and_final_offers_are_sealed(
    terms: Terms, script: list[Twin]
) -> None:
    compare(terms, script, Viewer(Role.SUPPLIER, ME), SeededPlayer)


@given(open_closed_terms(), open_closed_twins())
def test_an_observer_learns_no_more_of_them(terms: Terms, script: list[Twin]) -> None:
    compare(terms, script, Viewer(Role.OBSERVER), SeededPlayer)


@given(
    open_closed_terms(),
    open_closed_scripts(),
    st.sampled_from(Role),
    st.binary(min_size=32, max_size=32).filter(lambda seed: seed not in (PLATFORM, AUDITOR)),
)
def test_until_the_seeds_are_opened_nobody_is_told_what_follows_from_them(
    terms: Terms, script: list[Intent], role: Role, other: bytes
) -> None:
    """Two worlds alike but for one seed, and so for the cut-off."""
    viewer = Viewer(role, ME if role is Role.SUPPLIER else None)
    worlds = [World(SeededPlayer(terms, seed), viewer) for seed in (AUDITOR, other)]
    for step in script[: seeds_at(script)]:
        for world in worlds:
            world.player.step(step)
    found = [[message for _, message in world.news()] for world in worlds]
    assert found[0] == found[1]
    label("bids in the window" if any(_in_window(worlds[0].player.state)) else "none there")


def _in_window(state: AuctionState) -> Iterator[bool]:
    for lot in state.lots.values():
        begins = None if lot.random_end is None else lot.random_end.begins
        for mine in lot.seats.values():
            yield bool(begins and mine.best and mine.best.received_at > begins)
