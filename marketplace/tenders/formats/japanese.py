"""Japanese reverse, as an officer chooses it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions.domain.terms import Count, Format, JapaneseTerms, Terms
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.formats.levels import FIXED, UNSAID
from marketplace.tenders.formats.levels_words import common, prices, serial, step_of
from marketplace.tenders.terms_field import Kind, TermsField
from ui.formatting import duration


def sentences(terms: Terms) -> Iterator[str]:
    """The rules of the round in words."""
    given = terms.japanese or JapaneseTerms()
    yield prices(terms)
    yield _(
        "The price of a lot starts at the start price and falls by %(step)s from level to level. "
        "Each level runs its full time of %(time)s."
    ) % {"step": step_of(terms), "time": duration(given.level)}
    yield _(
        "Who accepts a level within its time stays in; who does not is out of that lot and is told "
        "so. Losing the connection alone drops nobody out: accept again through any connection "
        "before the time is over."
    )
    yield _(
        "The lot stops when at most one supplier accepts a level. That one wins at its price. If "
        "nobody does, the first of those who accepted the level before wins at the price of that "
        "level. If nobody accepts the first level there is no result."
    )
    if any(lot.reserve_commitment is not None for lot in terms.lots):
        yield _(
            "Lots marked so have a hidden reserve. It was fixed before the start, cannot be "
            "changed, and is opened when the lot closes."
        )
    if terms.feedback.count is Count.SHOWN:
        yield _("At each level you see how many suppliers are in.")
    else:
        yield _("How many suppliers are in is not shown to any of them.")
    yield from serial(terms)
    yield from common()


CHOICE = FormatChoice(
    format=Format.JAPANESE,
    title=gettext_lazy("Japanese reverse"),
    gist=gettext_lazy("The price falls level by level; who does not accept a level is out."),
    when=gettext_lazy(
        "Several suppliers of comparable goods who should decide calmly and see their own limit "
        "coming. It shows how low each one goes, except the winner."
    ),
    icon="trending-down",
    group="japanese",
    terms_class=JapaneseTerms,
    fixed=FIXED,
    defaults={"step.percent": "1"},
    fields=(
        TermsField(
            key="japanese.level", section="time", kind=Kind.SECONDS, default="120", least=1,
            most=86400, label=gettext_lazy("Time of a level"),
            rule=gettext_lazy("Each level runs so long, also when everybody has accepted it."),
        ),
    ),
    sentences=sentences,
    unsaid=UNSAID,
)  # fmt: skip
