"""Budget, as an officer chooses it: what is paid is fixed, suppliers raise the quantity."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import Format
from marketplace.tenders.bidder_words import QUANTITIES, feedback, guard
from marketplace.tenders.formats import budget_words as words
from marketplace.tenders.formats.base import FormatChoice

CHOICE = FormatChoice(
    format=Format.BUDGET,
    title=_("Fixed budget"),
    gist=_("You name what you pay; suppliers raise the quantity they deliver for it."),
    when=_(
        "When the money is fixed and you want as much as it buys: advertising space, training "
        "hours, fuel, kilometres of road marking. Units must be comparable, and more be of use."
    ),
    icon="wallet",
    defaults={"step.percent": "1"},
    sentences=words.sentences,
    unsaid=frozenset({"price"}),
    instead={
        "feedback": partial(feedback, words=QUANTITIES),
        "guard": partial(guard, words=QUANTITIES),
    },
    called={
        "basis": (
            _("A bid must exceed"),
            _("Own best keeps the lead secret; the lead may count only where everyone sees it."),
        ),
        "step.kind": (_("Step"), _("Each further quantity must be higher by at least this step.")),
        "step.percent": (
            _("Step in percent"), _("Measured from the exact quantity the bid must exceed."),
        ),
        "step.absolute": (_("Step as a quantity"), _("In the unit of each lot.")),
        "step.bands": (
            _("Bands of quantity"),
            _("For a step by band, one a line: “0: 5” and “1000: 1 %” mean 5 more below 1000, then "
              "one percent; the quantity the bid must exceed decides."),
        ),
        "front_buffer": (
            _("Front buffer"),
            _("“5” or “1 %”: who takes the lead must exceed it by so much. Only where everyone "
              "always sees the lead; empty: none."),
        ),
        "ties": (
            _("Equal bids"),
            _("How equal quantities rank; the earlier bid ranks better unless you choose "
              "otherwise."),
        ),
        "guard.warn": (
            _("Warn from"),
            _("A quantity so far above the bidder's own best is shown with a warning first."),
        ),
        "guard.retype": (
            _("Type again from"),
            _("A quantity so far above must be typed a second time before it counts."),
        ),
        "guard.block": (
            _("Block from"),
            _("A quantity so far above needs a neutral person's release; empty: no block."),
        ),
        "feedback.lead": (
            _("Leading quantity"), _("Suppliers see the highest quantity, never whose it is."),
        ),
        "feedback.lead_min_bidders": (
            _("Bidders needed to show the lead"),
            _("The leading quantity is shown only once so many suppliers have bid on the lot."),
        ),
        "feedback.reserve_met": (
            _("Reserve met or not"),
            _("Suppliers see whether the hidden least quantity is met, never how much it is."),
        ),
    },
)  # fmt: skip
