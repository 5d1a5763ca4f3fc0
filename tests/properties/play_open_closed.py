"""Generated auctions of open bidding with a random end: terms, a script to the end, and a player
that knows the seeds and the keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from auctions.domain import commands as cmd
from auctions.domain import machine
from auctions.domain.commands import KeyHolder, KeyMeans
from auctions.domain.formats.open_closed import awaits_seeds, has_final_stage
from auctions.domain.formats.sealed import purpose
from auctions.domain.state import AuctionState, LotPhase
from auctions.domain.terms import (
    Basis,
    BuyerExtension,
    Format,
    LotOrder,
    LotTerms,
    OpenClosedTerms,
    SoftClose,
    Step,
    StepKind,
    Terms,
    TiePolicy,
    Trigger,
    Withdrawal,
)
from auctions.domain.terms_check import check_terms
from kernel import random_end, sealing
from tests.domain.room import US, minutes, seconds
from tests.properties.play import SEATS, Intent, Player, all_terms, phrases, steps

ZERO = timedelta(0)
PLATFORM, AUDITOR = (bytes([number]) * 32 for number in (1, 2))
KEYS = {KeyHolder.AUDITOR: (7).to_bytes(32), KeyHolder.OFFICE: (11).to_bytes(32)}


@st.composite
def open_closed_terms(draw: st.DrawFn) -> Terms:
    """The same rules, but for those that would move the end; with a final stage or without."""
    open_ = draw(all_terms())
    shown = replace(open_.feedback, hide_ranks_last=ZERO)
    made = replace(
        open_,
        format=Format.OPEN_CLOSED,
        open_closed=OpenClosedTerms(
            window=draw(st.sampled_from([seconds(1), minutes(2), minutes(10)])),
            final=draw(st.sampled_from([ZERO, minutes(5)])),
            within=Decimal(draw(st.sampled_from([0, 10]))),
            least=draw(st.integers(1, 3)),
        ),
        lots=tuple(_plain(lot) for lot in open_.lots),
        lot_order=LotOrder.PARALLEL,
        feedback=draw(st.sampled_from([shown, shown, replace(shown, rank=False, lead=False)]))
        if open_.basis is Basis.OWN and open_.ties is not TiePolicy.FORBID_LEAD
        else shown,
        guard=replace(open_.guard, block=None),
        soft_close=SoftClose(window=ZERO, reset=ZERO, trigger=Trigger.ANY_BID),
        withdrawal=Withdrawal(allowed=False),
        buyer_extension=BuyerExtension(0, minutes(5)),
        front_buffer=None,
        automatic_bids=None,
        scoring=None,
        surrogates=None,
        currencies=None,
        vat_rates=None,
        line_rules=None,
    )
    assert check_terms(made) == []
    return made


def _plain(lot: LotTerms) -> LotTerms:
    step = Step() if lot.step.kind is StepKind.BANDS else lot.step
    return replace(lot, lines=None, step=step)


@st.composite
def open_closed_scripts(draw: st.DrawFn) -> list[Intent]:
    """A few phrases from the start on, bids around the cut-off, the seeds, the final offers."""

    def do(kind: str, when: tuple[str, int] = ("after", 1)) -> Intent:
        return Intent(kind, SEATS[0], 1, when, ("most", 0))

    near_the_end = st.sampled_from([-1, -400_000, -30_000_000])
    late = [
        replace(one, kind="bid", when=("awaited", draw(near_the_end)), approve=True)
        for one in draw(st.lists(steps, min_size=2, max_size=6))
    ]
    final = [
        replace(one, kind="bid", when=("after", 1_000_000))
        for one in draw(st.lists(steps, max_size=6))
    ]
    early = [
        replace(one, kind="bid", when=("after", 1_000_000), approve=True)
        for one in draw(st.lists(steps, min_size=1, max_size=5))
    ]
    told = draw(st.lists(phrases(), max_size=3))
    return [
        do("tick", ("started", 0)), *early, *(intent for phrase in told for intent in phrase),
        do("resume"), *sorted(late, key=lambda one: one.when[1]),
        do("reveal", ("awaited", 1)), *final, do("hand_over", ("sealed", 1)), do("open"),
    ]  # fmt: skip


class SeededPlayer(Player):
    """Fixes both seeds and both keys before the start; a bid in the final stage is sealed."""

    def __init__(self, terms: Terms, auditor: bytes = AUDITOR) -> None:
        super().__init__(terms)
        self.auditor = auditor
        for holder, seed in ((KeyHolder.OFFICE, PLATFORM), (KeyHolder.AUDITOR, auditor)):
            self.decide(cmd.CommitSeed(holder, random_end.commitment(seed)), self.at)
            if has_final_stage(terms):
                key = sealing.public_key_of(KEYS[holder]).hex()
                self.decide(cmd.SetSealingKey(holder, key), self.at)

    def moment(self, when: tuple[str, int]) -> datetime:
        """Also told from the start, from when the seeds are awaited, from the last final offer."""
        mode, number = when
        if mode in _REACHED:
            return max(self.at, self._foreseen(_REACHED[mode]) + number * US)
        return super().moment(when)

    def _foreseen(self, reached: Callable[[AuctionState], bool]) -> datetime:
        """When time alone brings that about; where it does not, its last moment."""
        state, at = self.state, self.at
        while not reached(state) and (due := machine.due(state)) is not None:
            at = due
            for event in machine.decide(state, cmd.Tick(due, self.reserves), due):
                state = machine.evolve(state, event, state.seq + 1)
        return at

    def _command(self, step: Intent, at: datetime) -> cmd.Command:
        lot = self.state.lots[step.lot]
        if step.kind == "bid" and lot.random_end is not None and lot.random_end.final:
            amount = self.amount(step.seat, step.lot, step.price)
            text = json.dumps({"amount": format(amount, "f")})
            sealed = sealed_for(step.seat, step.lot, text)
            return cmd.PlaceSealedOffer(step.seat, step.lot, sealed, self.ref(step.seat))
        if step.kind == "reveal":
            return cmd.RevealSeeds(PLATFORM.hex(), self.auditor.hex(), self.reserves)
        if step.kind == "hand_over":
            return cmd.HandOverKey(KeyMeans.PERSON)
        if step.kind == "open":
            keys = (KEYS[holder].hex() for holder in (KeyHolder.AUDITOR, KeyHolder.OFFICE))
            return cmd.OpenOffers(*keys, KeyMeans.PLATFORM, self.reserves)
        return super()._command(step, at)


def _started(state: AuctionState) -> bool:
    return any(lot.started for lot in state.lots.values())


def _all_sealed(state: AuctionState) -> bool:
    return all(lot.phase in (LotPhase.SEALED, LotPhase.CLOSED) for lot in state.lots.values())


_REACHED = {"started": _started, "awaited": awaits_seeds, "sealed": _all_sealed}


@cache
def sealed_for(seat: str, lot: int, text: str) -> str:
    """One envelope for one text: sealing is random, and two worlds share a supplier's own."""
    auditor, office = (
        sealing.public_key_of(KEYS[holder]) for holder in (KeyHolder.AUDITOR, KeyHolder.OFFICE)
    )
    return sealing.seal(auditor, office, purpose(seat, lot), text.encode("ascii")).hex()
