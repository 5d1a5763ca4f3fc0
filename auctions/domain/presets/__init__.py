"""Presets: named sets of terms with the text they follow, and what that text does not allow.

A preset named in the terms binds: the terms validator refuses what its text forbids, and so every
supplier that accepted the terms may rely on it. One file each; this table is how they are found.
"""

from __future__ import annotations

from collections.abc import Iterator

from auctions.domain import terms_problems as problems
from auctions.domain.presets import brazil, eu_2014_24, georgia, private_sector, prozorro
from auctions.domain.presets.base import Preset
from auctions.domain.terms import Terms
from auctions.domain.terms_problems import Problem

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        private_sector.ENGLISH,
        private_sector.DUTCH,
        private_sector.JAPANESE,
        eu_2014_24.PRESET,
        prozorro.PRESET,
        brazil.OPEN,
        brazil.OPEN_CLOSED,
        georgia.PRESET,
    )
}


def against_the_preset(terms: Terms) -> Iterator[Problem]:
    """What the text of the preset named in the terms does not allow."""
    if terms.preset is None:
        return
    preset = PRESETS.get(terms.preset)
    if preset is None:
        yield problems.PresetUnknown(field="preset")
        return
    if terms.format is not preset.format:
        yield problems.AgainstPreset(field="format", rule=preset.text)
    for limit in preset.limits:
        if not limit.holds(terms):
            yield problems.AgainstPreset(field=limit.field, rule=limit.rule)
