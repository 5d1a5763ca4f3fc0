"""Sealed first price and Vickrey, as an officer chooses them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from auctions.domain.terms import Format, KeyKeeper, LotOrder, SealedTerms, Terms
from marketplace.tenders import line_words
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.formats.fixed import NO_GUARD, NO_SOFT_CLOSE, OWN_ORDER, Settings
from marketplace.tenders.formats.packages import packages
from marketplace.tenders.terms_field import Kind, TermsField

_FIELDS = (
    TermsField(
        key="sealed.keeper", section="format", kind=Kind.CHOICE, default=KeyKeeper.NEUTRAL.value,
        label=gettext_lazy("Who keeps the auditor's key"),
        rule=gettext_lazy(
            "Offers open only with this key and the buyer's or the platform's. It must be made "
            "before anybody can offer."
        ),
        choices=((KeyKeeper.NEUTRAL.value, gettext_lazy("a neutral person of the platform")),
                 (KeyKeeper.AUDITOR.value, gettext_lazy("an auditor of your company"))),
    ),
    TermsField(
        key="sealed.show_count", section="format", kind=Kind.BOOL, default=False, required=False,
        label=gettext_lazy("You see how many offers there are"),
        rule=gettext_lazy("Before the deadline; after it you see the number in any case."),
    ),
)  # fmt: skip
_FIXED: Settings = {
    **OWN_ORDER,
    **NO_GUARD,
    **NO_SOFT_CLOSE,
    "soft_close.hard_stop": "2880",
    "lot_order": LotOrder.PARALLEL.value,
    "lot_gap": "1",
    "step.kind": "percent",
    "step.percent": "0.5",
    "step.absolute": "",
    "feedback.lead_min_bidders": "1",
    "feedback.after_first_bid": True,
    "feedback.hide_ranks_last": "0",
    "withdrawal.window": "60",
}
_UNSAID = frozenset({"price", "soft_close", "feedback", "guard", "withdrawal"})


def _sentences(terms: Terms) -> Iterator[str]:
    sealed = terms.sealed or SealedTerms()
    yield _(
        "Each supplier makes one offer for a lot. It is encrypted in the supplier's browser; "
        "nobody can read it before the opening, the platform neither."
    )
    yield from line_words.sentences(terms)
    yield _("An offer may be replaced until the deadline; the last one counts.")
    if terms.withdrawal.allowed:
        yield _("An offer may be withdrawn until the deadline.")
    if sealed.keeper is KeyKeeper.NEUTRAL:
        keeper = _("a neutral person of the platform")
    else:
        keeper = _("an auditor of the buyer's company")
    yield _(
        "Offers open after the deadline, all at once, with two keys: one is kept by %(keeper)s, "
        "the other by the buyer and the platform."
    ) % {"keeper": keeper}
    yield _(
        "The ceiling, the decimals and the form of an offer are checked before it is encrypted; "
        "an offer that does not fit is rejected at the opening, with the reason."
    )
    yield (
        _("Of equal offers the one sealed first ranks better.")
        if terms.scoring is None
        else _("Of equal scores the offer sealed first ranks better.")
    )
    if any(lot.reserve_commitment is not None for lot in terms.lots):
        yield _("Lots marked so have a hidden reserve, fixed before the start.")


def _first_price(terms: Terms) -> Iterator[str]:
    if terms.scoring is not None:
        yield _("The offer with the lowest score wins, at its own price.")
    elif terms.packages is None:
        yield _("The lowest offer wins, at its own price.")
    else:
        yield from packages(terms)
    yield from _sentences(terms)


def _second_price(terms: Terms) -> Iterator[str]:
    if terms.packages is None:
        yield _(
            "The lowest offer wins and is paid the second lowest price, but never more than the "
            "reserve or, where there is none, the ceiling."
        )
        yield _(
            "A single supplier is paid the reserve or the ceiling; where there is neither, its own "
            "price."
        )
    else:
        yield from packages(terms)
    yield from _sentences(terms)


SEALED = FormatChoice(
    format=Format.SEALED,
    title=gettext_lazy("Sealed first price"),
    gist=gettext_lazy("Everybody makes one hidden offer; the lowest wins."),
    when=gettext_lazy(
        "When few suppliers compete, when they might follow each other's prices, or when the law "
        "asks for sealed offers."
    ),
    icon="lock",
    fixed=_FIXED,
    fields=_FIELDS,
    group="sealed",
    terms_class=SealedTerms,
    sentences=_first_price,
    unsaid=_UNSAID,
)
VICKREY = FormatChoice(
    format=Format.VICKREY,
    title=gettext_lazy("Vickrey (second price)"),
    gist=gettext_lazy(
        "As sealed, but the winner is paid the second lowest price, so an honest price is best."
    ),
    when=gettext_lazy(
        "When suppliers know this rule and trust the sealing. Set a ceiling or a reserve."
    ),
    icon="shield-lock",
    for_experts=True,
    fixed=_FIXED,
    fields=_FIELDS,
    group="sealed",
    terms_class=SealedTerms,
    sentences=_second_price,
    unsaid=_UNSAID,
)
