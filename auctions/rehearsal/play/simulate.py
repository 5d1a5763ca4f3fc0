"""One rehearsal: the machine's own decide, evolve and due, on a clock that leaps."""

from __future__ import annotations

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from auctions.domain import machine
from auctions.domain.commands import AcceptTerms, AdmitSeat, Command, OpenedReserve, Tick
from auctions.domain.events import Event
from auctions.domain.refusals import Refusal
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.terms import Terms
from auctions.rehearsal.play.bots import Bot, Prices, Strategy
from auctions.rehearsal.play.condition import condition_drawn
from auctions.rehearsal.play.costs import Costs, unit_cost
from auctions.rehearsal.play.keepers import PROMPT, Keepers
from auctions.rehearsal.play.looking import look, places
from auctions.rehearsal.play.secrets import rehearsed, stand_ins
from auctions.rehearsal.play.together import drawn
from auctions.rehearsal.play.unit_prices import scale_of_prices

BEFORE = timedelta(minutes=1)  # when the bots take their seats, before the first thing due
MOST_LOOKS = 50_000  # of all bots: a run that takes more is broken off


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the rehearsed ledger."""

    seq: int
    at: datetime
    event: Event


@dataclass(slots=True)
class Played:
    """A rehearsal that is over: its ledger, the state it leads to, and who cost what."""

    bots: tuple[Bot, ...]
    ledger: list[Happened] = field(default_factory=list)
    reserves: tuple[OpenedReserve, ...] = ()
    state: AuctionState = EMPTY
    refused: int = 0
    looks: int = 0
    whole: bool = True  # False: broken off at MOST_LOOKS

    def add(self, events: Sequence[Event], at: datetime) -> None:
        for event in events:
            self.state = machine.evolve(self.state, event, self.state.seq + 1)
            self.ledger.append(Happened(self.state.seq, at, event))

    def do(self, command: Command, at: datetime) -> None:
        self.add(machine.decide(self.state, command, at), at)


def bots_for(
    terms: Terms,
    *,
    count: int,
    strategies: Sequence[Strategy],
    costs: Costs,
    prices: Prices,
    seed: str,
) -> tuple[Bot, ...]:
    """So many bots; strategies are dealt in turn, costs drawn anew for every lot."""
    chance = random.Random(f"costs|{seed}")
    by_lot = {lot.number: costs.draw(count, chance) for lot in terms.lots}
    scales = {lot.number: scale_of_prices(lot) for lot in terms.lots}
    bots = []
    for place in range(count):
        seat = f"B{place + 1}"
        alone = {
            lot: unit_cost(percents[place], prices[lot], scales[lot])
            for lot, percents in by_lot.items()
        }
        bots.append(
            Bot(
                seat=seat,
                strategy=strategies[place % len(strategies)],
                costs=alone,
                prices=prices,
                seed=seed,
                together=drawn(terms, costs, alone, seat, seed),
                condition=condition_drawn(terms, costs, seat, seed),
            )
        )
    return tuple(bots)


def play(terms: Terms, bots: Sequence[Bot], into: Played | None = None) -> Played:
    """Play the auction to its end. The same terms and bots give the same ledger.

    There is at least one bot. ``into`` is where it is written, should that be elsewhere too.
    """
    prices = bots[0].prices
    terms = rehearsed(terms, prices)
    played = into or Played(bots=tuple(bots))
    played.reserves = stand_ins(terms, prices)
    opens = min(filter(None, (terms.starts_at, terms.prebid_opens_at))) - BEFORE
    played.add([machine.genesis("REHEARSAL", "Rehearsal", terms)], opens)
    for bot in bots:
        played.do(AdmitSeat(bot.seat), opens)
        accept = AcceptTerms(bot.seat, terms.version, played.state.terms_hash, f"{bot.seat}-0")
        played.do(accept, opens)
    keepers = Keepers(bots[0].seed)
    for command in keepers.before(played.state):
        played.do(command, opens)
    _run(played, opens, keepers)
    return played


def _run(played: Played, opens: datetime, keepers: Keepers) -> None:
    at = places(played.state.rules)
    # Moment, then bot and lot: the order in which commands of one moment are decided.
    waiting = [(opens, place, lot, 1) for place in range(len(played.bots)) for lot in at]
    heapq.heapify(waiting)
    while played.state.phase.is_open:
        call = keepers.called_for(played.state, played.reserves)
        boundary = machine.due(played.state) if call is None else played.ledger[-1].at + PROMPT
        if waiting and (boundary is None or waiting[0][0] <= boundary):
            now, place, lot, looks = heapq.heappop(waiting)
            again = _look(played, played.bots[place], lot, looks, now)
            if again is not None:
                heapq.heappush(waiting, (now + again, place, lot, looks + 1))
            if played.looks >= MOST_LOOKS:
                played.whole = False
                return
        elif boundary is not None:
            played.do(call or Tick(boundary, played.reserves), boundary)
        else:
            return


def _look(played: Played, bot: Bot, lot: int, looks: int, now: datetime) -> timedelta | None:
    played.looks += 1
    found = look(played.state, bot, lot, looks, now)
    if found.command is not None:
        try:
            played.do(found.command, now)
        except Refusal:
            played.refused += 1
    return found.again
