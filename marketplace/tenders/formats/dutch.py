"""Dutch reverse, as an officer chooses it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions.domain.terms import DutchTerms, Format, LotOrder, Terms
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.formats.levels import FIXED, UNSAID
from marketplace.tenders.formats.levels_words import common, prices, serial, step_of
from marketplace.tenders.terms_field import Kind, TermsField
from ui.formatting import duration


def sentences(terms: Terms) -> Iterator[str]:
    """The rules of the clock in words."""
    given = terms.dutch or DutchTerms()
    yield prices(terms)
    yield _(
        "The price of a lot starts low and rises by %(step)s every %(tick)s until a supplier "
        "accepts it."
    ) % {"step": step_of(terms), "tick": duration(given.tick)}
    yield _(
        "The first supplier to accept wins the lot. An acceptance binds at the price of the level "
        "it names, if that level was open when our server received it; the lowest level wins, "
        "then whoever was received first."
    )
    yield _(
        "Each lot has a hidden reserve, fixed before the start and opened at the close. When the "
        "next price would lie above it, the lot ends without a result after the full time of the "
        "last price. Only the next price and its moment are told, never the end."
    )
    yield from serial(terms)
    yield from common()


CHOICE = FormatChoice(
    format=Format.DUTCH,
    title=gettext_lazy("Dutch reverse"),
    gist=gettext_lazy("The price starts low and rises every tick; the first to accept wins."),
    when=gettext_lazy(
        "Quick decisions on one clear item: perishable goods, spot freight, few suppliers or one "
        "that is far ahead. Nobody learns what the others would have taken."
    ),
    icon="trending-up",
    group="dutch",
    terms_class=DutchTerms,
    fixed={**FIXED, "feedback.count": "hidden"},
    defaults={"step.percent": "1", "lot_order": LotOrder.SERIAL.value},
    fields=(
        TermsField(
            key="dutch.tick", section="time", kind=Kind.SECONDS, default="60", least=1, most=86400,
            label=gettext_lazy("Tick"),
            rule=gettext_lazy("Each price stands so long; then it rises by the step."),
        ),
    ),
    sentences=sentences,
    unsaid=UNSAID,
)  # fmt: skip
