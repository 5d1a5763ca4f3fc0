"""Three rounds in turns, as the Ukrainian public procurement system runs its auctions.

Law of Ukraine "On Public Procurement" No. 922-VIII, Article 30: the auction has three stages;
before the first all prices are shown without the names of the participants; in each stage a
participant may lower its price once, from the highest to the lowest, by the minimum step at least.

Where the terms score offers the buyer enters each participant's values, so aliases could not keep
from it who is who: there it may see names. Participants learn of each other's as little as ever.
"""

from __future__ import annotations

from datetime import timedelta

from auctions.domain.presets.base import Limit, Preset
from auctions.domain.terms import Format, StepKind, TurnsTerms

TEXT = "Law of Ukraine On Public Procurement No. 922-VIII, Article 30"
_TIMES = TurnsTerms(
    rounds=3,
    first_pause=timedelta(minutes=5),
    turn=timedelta(minutes=2),
    pause=timedelta(minutes=2),
    announcement=timedelta(minutes=2),
)

PRESET = Preset(
    name="prozorro",
    format=Format.TURNS,
    text=TEXT,
    limits=(
        Limit(
            "turns.rounds",
            "Article 30: the auction has three stages",
            lambda terms: terms.turns is not None and terms.turns.rounds == _TIMES.rounds,
        ),
        Limit(
            "turns.turn",
            "Rules of the electronic system: two minutes a turn, pauses of five and two minutes",
            lambda terms: terms.turns == _TIMES,
        ),
        Limit(
            "blind",
            "Article 30: names are disclosed when the auction is over",
            lambda terms: terms.blind or terms.scoring is not None,
        ),
        Limit(
            "step.kind",
            "Article 30: the minimum step is stated in the announcement",
            lambda terms: all(lot.step.kind is not StepKind.SMALLER for lot in terms.lots),
        ),
    ),
)
