"""What every live page says of the formats."""

from __future__ import annotations

from django.utils.translation import gettext as _

from auctions.domain.terms import Format
from auctions.pages import words_budget, words_vickrey
from auctions.pages.words import Words
from auctions.pages.words_levels import shown as levels
from auctions.pages.words_lines import prices
from auctions.pages.words_packages import shown as packages
from auctions.pages.words_random_end import random_end
from auctions.pages.words_rounds import rounds
from auctions.pages.words_turns import turns


def in_place_of(format_name: str, words: Words) -> Words:
    """The words of a page as this format says them."""
    if format_name != Format.BUDGET:
        return words
    instead = words_budget.in_place()
    return {key: instead.get(key, text) for key, text in words.items()}


def formats() -> Words:
    """The names of the formats, and the words that are a format's own."""
    return {
        "format_english": _("English reverse"),
        "format_sealed": _("Sealed offers"),
        "format_vickrey": _("Vickrey"),
        "format_turns": _("Rounds in turns"),
        "format_budget": _("Fixed budget"),
        **levels(),
        **packages(),
        **words_vickrey.shown(),
        **turns(),
        **words_budget.own(),
        **rounds(),
        **prices(),
        **random_end(),
    }
