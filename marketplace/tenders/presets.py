"""Presets as an officer chooses them: a name, what it is for, and the settings it begins with.

What a preset forbids afterwards is told by :mod:`auctions.domain.presets`; here are its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.presets import PRESETS
from auctions.domain.presets.base import Preset
from auctions.domain.terms import Count, Format
from marketplace.tenders.terms_field import Text

KEPT = ("starts_at", "prebid_opens_at")  # moments are the officer's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One preset in the picker; ``rules`` are settings as typed, the rest are defaults."""

    name: str
    title: Text
    about: Text
    rules: Mapping[str, str | bool]

    @property
    def preset(self) -> Preset:
        """Its limits, and the text it follows."""
        return PRESETS[self.name]


CHOICES: tuple[Choice, ...] = (
    Choice(
        name="english_private",
        title=_("English, private sector"),
        about=_("Half an hour, own rank shown, the lead hidden, three minutes of soft close."),
        rules={},
    ),
    Choice(
        name="dutch_private",
        title=_("Dutch, private sector"),
        about=_("A price that rises by 1 % a minute; lots one after another."),
        rules={"step.percent": "1", "lot_order": "serial", "dutch.tick": "60"},
    ),
    Choice(
        name="japanese_private",
        title=_("Japanese, private sector"),
        about=_("A price that falls by 1 % every two minutes; the count stays hidden."),
        rules={"step.percent": "1"},
    ),
    Choice(
        name="eu_2014_24",
        title=_("Electronic auction of Directive 2014/24/EU"),
        about=_(
            "After a full evaluation, whose result each invitation states; nobody is invited "
            "later. Ranks are shown at every moment, the buyer extends nothing, terms are not "
            "edited, and two working days lie before the start."
        ),
        rules={
            "feedback.rank": True,
            "feedback.after_first_bid": False,
            "feedback.hide_ranks_last": "0",
            "feedback.count": Count.SHOWN.value,
            "buyer_extension.times": "0",
        },
    ),
    Choice(
        name="prozorro",
        title=_("Three rounds, as in Ukrainian public procurement"),
        about=_(
            "Three rounds in turns with the usual times. The buyer learns names afterwards; with a "
            "score, for which it enters each supplier's values, it sees them from the start."
        ),
        rules={
            "turns.rounds": "3",
            "turns.first_pause": "5",
            "turns.turn": "2",
            "turns.pause": "2",
            "turns.announcement": "2",
            "blind": True,
        },
    ),
    Choice(
        name="brazil_open",
        title=_("Open mode, as in Brazilian public procurement"),
        about=_(
            "Ten minutes, the least bid told to all. Each bid in the last two minutes adds two, "
            "also one that does not lead."
        ),
        rules={
            "length": "10",
            "feedback.lead": True,
            "feedback.after_first_bid": False,
            "feedback.lead_min_bidders": "1",
            "soft_close.window": "2",
            "soft_close.reset": "2",
            "soft_close.base": "deadline",
            "buyer_extension.times": "0",
            "blind": True,
        },
    ),
    Choice(
        name="brazil_open_closed",
        title=_("Open and closed mode, as in Brazilian public procurement"),
        about=_(
            "A quarter of an hour, then a random time of at most ten minutes; then the best, those "
            "within ten percent, three at least, each make one final sealed offer."
        ),
        rules={
            "length": "15",
            "open_closed.window": "10",
            "open_closed.final": "5",
            "open_closed.within": "10",
            "open_closed.least": "3",
            "feedback.lead": True,
            "feedback.after_first_bid": False,
            "feedback.lead_min_bidders": "1",
            "blind": True,
        },
    ),
    Choice(
        name="georgia",
        title=_("Reverse auction of the Georgian platform"),
        about=_(
            "Initial bids first, then a quarter of an hour. In the last two minutes a bid below "
            "another's turns the timer back to two."
        ),
        rules={
            "length": "15",
            "feedback.lead": True,
            "feedback.after_first_bid": False,
            "soft_close.window": "2",
            "soft_close.reset": "2",
            "soft_close.trigger": "rank_change",
            "soft_close.trigger_ranks": "10",
            "buyer_extension.times": "0",
        },
    ),
)
BY_NAME: Mapping[str, Choice] = {choice.name: choice for choice in CHOICES}


def format_of(choice: Choice) -> Format:
    """The format the preset is of."""
    return choice.preset.format


def settings_of(
    choice: Choice, defaults: Mapping[str, str | bool], now: Mapping[str, Any]
) -> dict[str, Any]:
    """Every setting with the preset chosen; moments stay as they were typed."""
    kept = {key: now[key] for key in KEPT if key in now}
    own = {"format": format_of(choice).value, "preset": choice.name}
    return {**defaults, **choice.rules, **kept, **own}
