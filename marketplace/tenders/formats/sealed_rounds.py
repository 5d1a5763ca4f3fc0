"""Multi-round sealed, as an officer chooses it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from auctions.domain.formats.sealed_rounds import MOST_ROUNDS
from auctions.domain.terms import Format, KeyKeeper, LotOrder, SealedRoundsTerms, Terms
from marketplace.tenders import line_words
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.formats.fixed import NO_EXTENSION, NO_GUARD, NO_SOFT_CLOSE, OWN_ORDER
from marketplace.tenders.formats.packages import packages
from marketplace.tenders.terms_field import Kind, TermsField
from ui.formatting import duration

_WEEK = 10_080  # in minutes
_FIELDS = (
    TermsField(
        key="sealed_rounds.rounds", section="format", kind=Kind.INTEGER, default="3", least=2,
        most=MOST_ROUNDS, label=gettext_lazy("Rounds at most"),
        rule=gettext_lazy("The keys of every round are made before the start, so no round is "
                          "added later."),
    ),
    TermsField(
        key="sealed_rounds.length", section="format", kind=Kind.MINUTES, default="30", least=1,
        most=_WEEK, label=gettext_lazy("Length of a round"),
        rule=gettext_lazy("So long each supplier may make, replace and take back its offer."),
    ),
    TermsField(
        key="sealed_rounds.pause", section="format", kind=Kind.MINUTES, default="5", least=1,
        most=_WEEK, label=gettext_lazy("Pause between rounds"),
        rule=gettext_lazy("The next round starts so long after the offers of a round were opened."),
    ),
    TermsField(
        key="sealed_rounds.stop_unimproved", section="format", kind=Kind.BOOL, default=True,
        required=False, label=gettext_lazy("Stop when a round does not improve the price"),
        rule=gettext_lazy("A round after which the lowest offer, or where offers are scored the "
                          "lowest score, is no lower than before it is the last."),
    ),
    TermsField(
        key="sealed_rounds.least_active", section="format", kind=Kind.INTEGER, default="2",
        most=100, label=gettext_lazy("Least number of active suppliers"),
        rule=gettext_lazy("A round with valid offers from fewer suppliers is the last; 0: however "
                          "few there are."),
    ),
    TermsField(
        key="sealed_rounds.stop_at_reserve", section="format", kind=Kind.BOOL, default=False,
        required=False, label=gettext_lazy("Stop when the hidden reserve is met"),
        rule=gettext_lazy("Lots without a reserve go on. That the rounds end tells suppliers that "
                          "it may have been met."),
    ),
    TermsField(
        key="sealed_rounds.keeper", section="format", kind=Kind.CHOICE,
        default=KeyKeeper.NEUTRAL.value,
        label=gettext_lazy("Who keeps the auditor's keys"),
        rule=gettext_lazy(
            "Each round opens only with its own key of the auditor and that of the buyer or the "
            "platform. All must be made before anybody can offer; the keeper is needed after "
            "every round."
        ),
        choices=((KeyKeeper.NEUTRAL.value, gettext_lazy("a neutral person of the platform")),
                 (KeyKeeper.AUDITOR.value, gettext_lazy("an auditor of your company"))),
    ),
    TermsField(
        key="sealed_rounds.show_count", section="format", kind=Kind.BOOL, default=False,
        required=False, label=gettext_lazy("You see how many offers there are"),
        rule=gettext_lazy("Before a round's deadline; after it you see the number in any case."),
    ),
)  # fmt: skip


def sentences(terms: Terms) -> Iterator[str]:
    """How the rounds go, as a supplier reads it."""
    own = terms.sealed_rounds or SealedRoundsTerms()
    yield ngettext(
        "There is %(n)d round at most. In it each supplier may make one sealed offer for a lot, "
        "within %(length)s.",
        "There are %(n)d rounds at most. In each of them every supplier may make one sealed offer "
        "for a lot, within %(length)s.",
        own.rounds,
    ) % {"n": own.rounds, "length": duration(own.length)}
    yield _(
        "An offer is encrypted in the supplier's browser to the keys of its round; nobody can "
        "read it before that round is opened, the platform neither. Opening one round opens no "
        "other."
    )
    yield from line_words.sentences(terms)
    yield _("An offer may be replaced until the round's deadline; the last one counts.")
    if terms.withdrawal.allowed:
        yield _("An offer may be withdrawn until the round's deadline.")
    yield _(
        "From the second round on an offer must be lower than your own best of the earlier rounds "
        "by the lot's step. One that does not fit is rejected at the opening, with the reason; "
        "your former best stands."
    )
    yield _("Without an offer in a round your best of the earlier ones stands.")
    if own.keeper is KeyKeeper.NEUTRAL:
        keeper = _("a neutral person of the platform")
    else:
        keeper = _("an auditor of the buyer's company")
    yield _(
        "A round is opened after its deadline with two keys: one is kept by %(keeper)s, the other "
        "by the buyer and the platform. The next round starts %(pause)s after that."
    ) % {"keeper": keeper, "pause": duration(own.pause)}
    if terms.packages is not None:
        yield from packages(terms)
        yield from _stops_together(own)
        return
    yield from _stops(own, scored=terms.scoring is not None)
    if terms.scoring is not None:
        yield _(
            "After the last round the standing offer with the lowest score wins at its own price; "
            "of equal scores the one sealed first."
        )
        return
    yield _(
        "After the last round the lowest standing offer wins at its own price; of equal ones the "
        "one sealed first."
    )


def _stops_together(own: SealedRoundsTerms) -> Iterator[str]:
    """The same where all lots are decided together."""
    if own.stop_unimproved:
        yield _(
            "A round after which the best choice neither serves more lots nor costs less is the "
            "last."
        )
    if own.least_active:
        yield ngettext(
            "A round in which fewer than %(n)d supplier makes a valid offer, package or discount "
            "on any lot is the last.",
            "A round in which fewer than %(n)d suppliers make a valid offer, package or discount "
            "on any lot is the last.",
            own.least_active,
        ) % {"n": own.least_active}
    if own.stop_at_reserve:
        yield _(
            "Where every lot has a hidden reserve, a round after which all of them can be met "
            "together is the last."
        )


def _stops(own: SealedRoundsTerms, *, scored: bool) -> Iterator[str]:
    if own.stop_unimproved and scored:
        yield _("A round after which the lowest score on a lot is no lower is its last.")
    elif own.stop_unimproved:
        yield _("A round after which the lowest offer on a lot is no lower is its last.")
    if own.least_active:
        yield ngettext(
            "A round in which fewer than %(n)d supplier makes a valid offer on a lot is its last.",
            "A round in which fewer than %(n)d suppliers make a valid offer on a lot is its last.",
            own.least_active,
        ) % {"n": own.least_active}
    if own.stop_at_reserve:
        yield _("A round after which a lot's hidden reserve is met is its last.")


CHOICE = FormatChoice(
    format=Format.SEALED_ROUNDS,
    title=gettext_lazy("Multi-round sealed"),
    gist=gettext_lazy(
        "Sealed offers in rounds; each round is opened, suppliers see where they stand, and may "
        "improve in the next."
    ),
    when=gettext_lazy(
        "When suppliers need time to calculate between offers, or the price should fall without "
        "the rush of a live auction. Two people must open every round."
    ),
    icon="lock-open",
    fixed={
        **OWN_ORDER,
        **NO_GUARD,
        **NO_SOFT_CLOSE,
        **NO_EXTENSION,
        "length": "30",
        "lot_order": LotOrder.PARALLEL.value,
        "lot_gap": "1",
        "prebid_opens_at": "",
        "feedback.hide_ranks_last": "0",
        "withdrawal.window": "60",
    },
    fields=_FIELDS,
    group="sealed_rounds",
    terms_class=SealedRoundsTerms,
    sentences=sentences,
    unsaid=frozenset({"price", "time", "soft_close", "guard", "withdrawal"}),
)
