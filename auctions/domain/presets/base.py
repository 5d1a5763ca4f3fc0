"""What a preset is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auctions.domain.terms import Format, Terms


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing the text asks for: of which field of the terms, and where it says so."""

    field: str
    rule: str  # the article or paragraph, as it is cited
    holds: Callable[[Terms], bool]


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of limits upon the terms. ``text`` is what it follows."""

    name: str
    format: Format
    text: str
    limits: tuple[Limit, ...]
    least_notice: int = 0  # working days from the invitations to the start
    edits: bool = True  # whether the terms may be edited at all
    late: bool = True  # whether somebody may be invited after the others
    evaluation: bool = False  # whether each invitation says how the evaluation went
