"""Open then closed with a random end, as an officer chooses it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from auctions.domain.formats.open_closed import has_final_stage
from auctions.domain.terms import Format, KeyKeeper, LotOrder, OpenClosedTerms, Terms
from kernel.decimals import to_wire
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.formats.fixed import NO_EXTENSION, NO_SOFT_CLOSE, NO_WITHDRAWAL
from marketplace.tenders.terms_field import Kind, TermsField
from ui.formatting import duration


def sentences(terms: Terms) -> Iterator[str]:
    """How the two stages go, as a participant reads it."""
    own = terms.open_closed or OpenClosedTerms()
    yield gettext(
        "Open bidding lasts %(length)s. Then a window of %(window)s follows in which bidding goes "
        "on; it always runs in full."
    ) % {"length": duration(terms.length), "window": duration(own.window)}
    yield gettext(
        "Somewhere in this window lies the cut-off: a bid received after it turns out void, and "
        "your bid before it counts. While bids are made it can be known only by somebody who has "
        "both secret numbers."
    )
    yield gettext(
        "The cut-off follows from two secret numbers, one of the platform and one of "
        "%(keeper)s. Their hashes stand in the ledger before the start; both are opened after "
        "the window, and anybody can derive the cut-off again."
    ) % {"keeper": _keeper(own)}
    if own.keeper is KeyKeeper.NEUTRAL:
        yield gettext("Both numbers then lie with the platform, though with two people.")
    yield gettext(
        "If a secret number is missing at the start, or is not opened within %(time)s after the "
        "window, the auction is annulled."
    ) % {"time": duration(own.reveal)}
    if has_final_stage(terms):
        yield from _final(own)
    else:
        yield gettext("The lowest bid that counts wins, at its own price.")


def _final(own: OpenClosedTerms) -> Iterator[str]:
    yield ngettext(
        "Then the best bidder and all within %(percent)s %% of the best bid, and the best %(n)d "
        "in any case, may each make one final sealed offer within %(time)s. The time begins as "
        "the numbers are opened: stay on the page.",
        "Then the best bidder and all within %(percent)s %% of the best bid, and the best %(n)d "
        "in any case, may each make one final sealed offer within %(time)s. The time begins as "
        "the numbers are opened: stay on the page.",
        own.least,
    ) % {"percent": to_wire(own.within), "n": own.least, "time": duration(own.final)}
    yield gettext(
        "A final offer is encrypted in your browser and opened with all others, with two keys: "
        "one is kept by %(keeper)s, the other by the buyer and the platform. It may be replaced "
        "until the time is over."
    ) % {"keeper": _keeper(own)}
    yield gettext(
        "If the two keys are not brought together, no final offer is ever read: the auction has no "
        "result until it is annulled or cancelled."
    )
    yield gettext(
        "Of your bid and your final offer the lower one counts. The lowest of all wins, at its "
        "own price; of equal ones the earlier."
    )


def _keeper(own: OpenClosedTerms) -> str:
    if own.keeper is KeyKeeper.NEUTRAL:
        return gettext("a neutral person of the platform")
    return gettext("an auditor of the buyer's company")


def _field(
    name: str, kind: Kind, default: str, label: object, rule: object, **more: int
) -> TermsField:
    return TermsField(
        key=f"open_closed.{name}", section="format", kind=kind, default=default, label=label,
        rule=rule, **more,
    )  # fmt: skip


CHOICE = FormatChoice(
    format=Format.OPEN_CLOSED,
    title=_("Open, then closed"),
    gist=_("Open bids with a random end; then the best make one final sealed offer."),
    when=_(
        "When nobody shall gain by waiting for the last second, or when the law asks for it, as "
        "in Brazil. An auditor takes part: before the start, and after the window."
    ),
    icon="lock-open",
    group="open_closed",
    terms_class=OpenClosedTerms,
    fixed={
        **NO_SOFT_CLOSE,
        **NO_WITHDRAWAL,
        **NO_EXTENSION,
        "soft_close.hard_stop": "2880",
        "lot_order": LotOrder.PARALLEL.value,
        "lot_gap": "1",
        "guard.block": "",
        "feedback.hide_ranks_last": "0",
    },
    defaults={"length": "15"},
    fields=(
        _field("window", Kind.MINUTES, "10", _("Window of the random end"),
               _("It follows the open bidding and always runs in full; the cut-off lies in it."),
               least=1, most=1440),
        TermsField(
            key="open_closed.keeper", section="format", kind=Kind.CHOICE,
            default=KeyKeeper.NEUTRAL.value,
            label=_("Who keeps the auditor's secret"),
            rule=_(
                "It must be fixed before the start, and opened after the window; otherwise the "
                "auction is annulled. With a neutral person both secrets lie with the platform: "
                "choose an auditor of your own where that is not enough."
            ),
            choices=((KeyKeeper.NEUTRAL.value, _("a neutral person of the platform")),
                     (KeyKeeper.AUDITOR.value, _("an auditor of your company"))),
        ),
        _field("reveal", Kind.MINUTES, "60", _("Time to open the secrets"),
               _("So long after the window the auditor has; then the auction is annulled."),
               least=1, most=10080),
        _field("final", Kind.MINUTES, "5", _("Time for final offers"),
               _("At most five minutes. Zero: there are none, and the best bid wins."), most=5),
        _field("within", Kind.PERCENT, "10", _("Who may make a final offer"),
               _("Everybody whose bid is at most so many percent above the best one."), most=100),
        _field("least", Kind.INTEGER, "3", _("At least so many"),
               _("The best bidders may, however far they are behind."), least=1, most=100),
    ),
    sentences=sentences,
    unsaid=frozenset({"time", "soft_close", "withdrawal"}),
)  # fmt: skip
