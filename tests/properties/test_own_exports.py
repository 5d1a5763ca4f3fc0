"""Soundness of what a participant's own export is held against: no sound record is called forged.

Whatever was played, under terms of every open kind and with others' entries closed, each seat's own
export passes the verifier's rules.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import event as label
from hypothesis import given, settings
from hypothesis import strategies as st

from auctions.domain import events as ev
from auctions.domain.codec import to_body
from auctions.domain.terms import Basis, Terms
from auctions.ledger.disclosure import Scope, Viewer, opens
from auctions.ledger.replay import Step, replay_own
from tests.domain.room import START
from tests.properties.play import SEATS, Intent, Player, all_terms, budget_terms, scripts
from tests.properties.play_open_closed import (
    SeededPlayer,
    open_closed_scripts,
    open_closed_terms,
)

LATE = START + timedelta(days=30)


def check(player: Player, script: list[Intent]) -> None:
    player.run(script)
    played = player.finish()
    for seat in SEATS:
        viewer = Viewer(Scope.PARTICIPANT, seat)
        steps = []
        for seq, event in enumerate(played.events, start=1):
            mine = opens(viewer, played.terms, event.kind, to_body(event))
            steps.append(Step(seq, LATE, event if mine else None))
        replay_own(steps, seat)
    bids = sum(isinstance(each, ev.BidPlaced) for each in played.events)
    label(f"{min(bids, 5)} bids or more")


bases = st.sampled_from([Basis.LEADER, Basis.LEADER, Basis.OWN])


@settings(max_examples=60)
@given(bases.flatmap(all_terms), scripts)
def test_of_prices(terms: Terms, script: list[Intent]) -> None:
    check(Player(terms), script)


@settings(max_examples=40)
@given(bases.flatmap(budget_terms), scripts)
def test_of_quantities(terms: Terms, script: list[Intent]) -> None:
    check(Player(terms), script)


@settings(max_examples=40)
@given(open_closed_terms(), open_closed_scripts())
def test_of_a_random_end_and_final_offers(terms: Terms, script: list[Intent]) -> None:
    check(SeededPlayer(terms), script)
