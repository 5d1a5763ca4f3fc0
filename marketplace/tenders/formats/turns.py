"""Three rounds in turns, as an officer chooses them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from auctions.domain.formats.turns import MAX_ROUNDS
from auctions.domain.terms import Count, Format, Terms, TurnsTerms
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.formats.fixed import (
    NO_EXTENSION,
    NO_SOFT_CLOSE,
    NO_WITHDRAWAL,
    NOTHING_SEEN,
    OWN_ORDER,
)
from marketplace.tenders.terms_field import Kind, TermsField
from ui.formatting import duration


def sentences(terms: Terms) -> Iterator[str]:
    """How the rounds go, as a participant reads it."""
    own = terms.turns or TurnsTerms()
    yield gettext(
        "Before the start each supplier places an offer, and may change it or take it back until "
        "then. Only those whose offer stands at the start take part."
    )
    yield ngettext(
        "There is %(n)d round. In it everybody has one turn of %(turn)s.",
        "There are %(n)d rounds. In each of them everybody has one turn of %(turn)s.",
        own.rounds,
    ) % {"n": own.rounds, "turn": duration(own.turn)}
    yield gettext(
        "The worst offer has the first turn, the best one the last; of equal offers the later one "
        "goes first."
    )
    yield gettext(
        "In a turn you may place a lower offer, change it, and take it back. It is measured by the "
        "offer you had as the turn began, less the lot's step. Without an offer the old one stands."
    )
    yield gettext(
        "At the start and at the end of each turn everybody sees every offer, not whose it is; "
        "within a turn nobody sees anything."
    )
    yield gettext(
        "Before the first round there is a pause of %(first)s, between rounds one of %(pause)s; "
        "%(last)s after the last turn the result is announced."
    ) % {
        "first": duration(own.first_pause),
        "pause": duration(own.pause),
        "last": duration(own.announcement),
    }
    yield gettext("Of equal offers the one placed first ranks better.")


def _minutes(name: str, label: object, rule: object, default: str) -> TermsField:
    return TermsField(
        key=f"turns.{name}", section="format", kind=Kind.MINUTES, default=default, most=60,
        label=label, rule=rule,
    )  # fmt: skip


CHOICE = FormatChoice(
    format=Format.TURNS,
    title=_("Rounds in turns"),
    gist=_("Three rounds; in each everybody has one turn, the worst offer first, the best last."),
    when=_(
        "When everybody shall see all offers and answer them calmly, as in Ukrainian public "
        "procurement. It takes 11 minutes and 6 more for each supplier."
    ),
    icon="rotate",
    group="turns",
    terms_class=TurnsTerms,
    fixed={
        **OWN_ORDER,
        **NO_SOFT_CLOSE,
        **NOTHING_SEEN,
        **NO_WITHDRAWAL,
        **NO_EXTENSION,
        "length": "30",
        "guard.block": "",
        "feedback.count": Count.SHOWN.value,
    },
    fields=(
        TermsField(
            key="turns.rounds", section="format", kind=Kind.INTEGER, default="3", least=1,
            most=MAX_ROUNDS, label=_("Rounds"),
            rule=_("How many turns each supplier has, one in each round."),
        ),
        _minutes("turn", _("Length of a turn"),
                 _("So long one supplier may place, change and take back its offer."), "2"),
        _minutes("first_pause", _("Pause before the first round"),
                 _("Everybody sees the offers made before the start."), "5"),
        _minutes("pause", _("Pause between rounds"),
                 _("Everybody sees how the round ended and the order of the next."), "2"),
        _minutes("announcement", _("Pause before the result"),
                 _("So long after the last turn the result is announced."), "2"),
    ),
    sentences=sentences,
    unsaid=frozenset({"undercut", "time", "soft_close", "feedback", "withdrawal"}),
)  # fmt: skip
