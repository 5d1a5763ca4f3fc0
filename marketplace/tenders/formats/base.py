"""What an officer is told of a format, and which settings it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from auctions.domain.terms import Format, Terms
from marketplace.tenders.terms_field import TermsField, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatChoice:
    """One format in the picker.

    ``fixed`` are common settings that the format decides itself: they are not shown, and count
    whatever was typed before. ``fields`` are its own settings; their keys begin with ``group``,
    the field of the terms whose ``terms_class`` they make. ``sentences`` are the terms in words,
    read before those that all formats share.
    """

    format: Format
    title: Text
    gist: Text  # how the price is found, in one sentence
    when: Text  # when to choose it
    icon: str
    for_experts: bool = False  # folded away in the picker
    fixed: Mapping[str, str | bool] = field(default_factory=dict)
    # Other defaults of common settings than an open auction has.
    defaults: Mapping[str, str | bool] = field(default_factory=dict)
    fields: tuple[TermsField, ...] = ()
    group: str = ""
    terms_class: type | None = None
    sentences: Callable[[Terms], Iterator[str]] | None = None
    # Sections of the common wording that say nothing true of this format.
    unsaid: frozenset[str] = frozenset()
    # Sections of the common wording that this format says in its own words.
    instead: Mapping[str, Callable[[Terms], Iterator[str]]] = field(default_factory=dict)
    # Common settings under another label and rule, by key.
    called: Mapping[str, tuple[Text, Text]] = field(default_factory=dict)
