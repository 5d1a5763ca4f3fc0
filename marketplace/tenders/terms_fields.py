"""The settings of an auction as a procurement officer meets them: one table of fields.

The page, the API and the checks all read this table. A tender keeps what was typed, as text, so
that a draft is always saved; :func:`marketplace.tenders.terms_values.read` turns it into the values
of the terms and names what is wrong, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import (
    Basis,
    Count,
    Disclosure,
    ExtensionBase,
    Format,
    LotOrder,
    Scope,
    StepKind,
    TiePolicy,
    Trigger,
)
from marketplace.tenders import presets
from marketplace.tenders.formats import CHOICES, choice_of
from marketplace.tenders.formats.base import FormatChoice
from marketplace.tenders.money_fields import MONEY_FIELDS
from marketplace.tenders.rule_fields import RULE_FIELDS
from marketplace.tenders.terms_field import Kind, Problem, TermsField

__all__ = [
    "BY_KEY",
    "FIELDS",
    "SECTIONS",
    "Kind",
    "Problem",
    "TermsField",
    "defaults",
    "effective",
    "fields_of",
    "typed",
]

SECTIONS: tuple[tuple[str, Any], ...] = (
    ("format", _("How the price is found")),
    ("time", _("Time and lots")),
    ("step", _("Step and ties")),
    ("lines", _("Positions of lots")),
    ("scoring", _("Score")),
    ("money", _("Currencies and VAT")),
    ("guard", _("Guard against slips")),
    ("soft_close", _("Soft close")),
    ("feedback", _("What suppliers see")),
    ("withdrawal", _("Withdrawing a bid")),
    ("buyer", _("Pauses and extensions by the buyer")),
    ("trust", _("Names and disclosure")),
)

_COMMON: tuple[TermsField, ...] = (
    TermsField(
        key="format", section="format", kind=Kind.CHOICE, default=Format.ENGLISH.value,
        label=_("Format"),
        rule=_("How the suppliers meet and who wins; the settings below follow from it."),
        choices=tuple((each.format.value, each.title) for each in CHOICES),
    ),
    TermsField(
        key="preset", section="format", kind=Kind.CHOICE, default="", required=False,
        label=_("Preset"),
        rule=_("A named set of terms; what the text it follows forbids cannot be published."),
        choices=tuple((each.name, each.title) for each in presets.CHOICES),
    ),
    TermsField(
        key="starts_at", section="time", kind=Kind.MOMENT, default="",
        label=_("Start"),
        rule=_("The first lot opens for bids at this moment; it may not change without consent."),
    ),
    TermsField(
        key="length", section="time", kind=Kind.MINUTES, default="30", least=1, most=1440,
        label=_("Length of a lot"),
        rule=_("Each lot takes bids for so long, then for as long as soft close extends it."),
    ),
    TermsField(
        key="lot_order", section="time", kind=Kind.CHOICE, default=LotOrder.PARALLEL.value,
        label=_("Order of lots"),
        rule=_("Serial and staggered lots follow their numbers; a staggered lot that is extended "
               "pushes the ends of those after it."),
        choices=((LotOrder.PARALLEL.value, _("All at once")),
                 (LotOrder.SERIAL.value, _("One after another")),
                 (LotOrder.STAGGERED.value, _("Start together, end one after another"))),
    ),
    TermsField(
        key="lot_gap", section="time", kind=Kind.MINUTES, default="1", most=1440,
        label=_("Break between lots"),
        rule=_("The next serial lot starts, and the next staggered lot ends, so long after the one "
               "before it."),
    ),
    TermsField(
        key="prebid_opens_at", section="time", kind=Kind.MOMENT, default="", required=False,
        label=_("Pre-bids from"),
        rule=_("From then until the start suppliers may place a first bid; empty: no pre-bids."),
    ),
    TermsField(
        key="basis", section="step", kind=Kind.CHOICE, default=Basis.OWN.value,
        label=_("A bid must undercut"),
        rule=_("Own best keeps the lead secret; the lead may count only where everyone sees it."),
        choices=((Basis.OWN.value, _("the bidder's own best")),
                 (Basis.LEADER.value, _("the lead"))),
    ),
    TermsField(
        key="step.kind", section="step", kind=Kind.CHOICE, default=StepKind.PERCENT.value,
        label=_("Step"),
        rule=_("Each further bid must be lower by at least this step."),
        choices=((StepKind.PERCENT.value, _("percent")), (StepKind.ABSOLUTE.value, _("an amount")),
                 (StepKind.SMALLER.value, _("both, the smaller counts")),
                 (StepKind.BANDS.value, _("by price band"))),
    ),
    TermsField(
        key="step.percent", section="step", kind=Kind.PERCENT, default="0.5", required=False,
        label=_("Step in percent"), most=99,
        rule=_("Measured from the exact amount the bid must undercut."),
    ),
    TermsField(
        key="step.absolute", section="step", kind=Kind.AMOUNT, default="", required=False,
        label=_("Step as an amount"),
        rule=_("Per unit, in the tender's currency."),
    ),
    TermsField(
        key="ties", section="step", kind=Kind.CHOICE, default=TiePolicy.FIRST.value,
        label=_("Equal bids"),
        rule=_("How equal amounts rank; the earlier bid ranks better unless you choose otherwise."),
        choices=((TiePolicy.FIRST.value, _("the earlier ranks better")),
                 (TiePolicy.EQUAL_BEST.value, _("all share the better rank")),
                 (TiePolicy.EQUAL_WORST.value, _("all share the worse rank")),
                 (TiePolicy.FORBID_LEAD.value, _("nobody may equal the lead"))),
    ),
    TermsField(
        key="guard.warn", section="guard", kind=Kind.PERCENT, default="10", required=False,
        label=_("Warn from"), most=99,
        rule=_("A bid this far below the bidder's own best is shown with a warning first."),
    ),
    TermsField(
        key="guard.retype", section="guard", kind=Kind.PERCENT, default="25", required=False,
        label=_("Type again from"), most=99,
        rule=_("A bid this far below must be typed a second time before it counts."),
    ),
    TermsField(
        key="guard.block", section="guard", kind=Kind.PERCENT, default="", required=False,
        label=_("Block from"), most=99,
        rule=_("A bid this far below needs a neutral person's release; empty: no block."),
    ),
    TermsField(
        key="soft_close.window", section="soft_close", kind=Kind.MINUTES, default="3",
        label=_("Window"), most=240,
        rule=_("A bid in these last minutes extends the lot; 0 switches soft close off."),
    ),
    TermsField(
        key="soft_close.reset", section="soft_close", kind=Kind.MINUTES, default="3",
        label=_("Extend to"), most=240,
        rule=_("After such a bid at least this much time remains."),
    ),
    TermsField(
        key="soft_close.trigger", section="soft_close", kind=Kind.CHOICE,
        default=Trigger.ANY_BID.value, label=_("What extends"),
        rule=_("Any accepted bid, or only one that changes the first ranks where ranks are shown."),
        choices=((Trigger.ANY_BID.value, _("any accepted bid")),
                 (Trigger.RANK_CHANGE.value, _("a change in the first ranks"))),
    ),
    TermsField(
        key="soft_close.trigger_ranks", section="soft_close", kind=Kind.INTEGER, default="1",
        label=_("First ranks watched"), least=1, most=20,
        rule=_("How many of the first ranks count for the choice above."),
    ),
    TermsField(
        key="soft_close.scope", section="soft_close", kind=Kind.CHOICE,
        default=Scope.THIS_LOT.value, label=_("Which lots extend"),
        rule=_("Only the lot that got the bid, or every lot that is running."),
        choices=((Scope.THIS_LOT.value, _("this lot")),
                 (Scope.ALL_LOTS.value, _("all running lots"))),
    ),
    TermsField(
        key="soft_close.base", section="soft_close", kind=Kind.CHOICE,
        default=ExtensionBase.BID.value, label=_("Counted from"),
        rule=_("The time that remains is counted from the bid or added to the deadline."),
        choices=((ExtensionBase.BID.value, _("the bid")),
                 (ExtensionBase.DEADLINE.value, _("the deadline"))),
    ),
    TermsField(
        key="soft_close.limit", section="soft_close", kind=Kind.INTEGER, default="", required=False,
        label=_("Extensions at most"), most=1000,
        rule=_("How often a lot may be extended; empty: as often as bids come."),
    ),
    TermsField(
        key="soft_close.hard_stop", section="soft_close", kind=Kind.MINUTES, default="240", least=1,
        label=_("Hard stop after"), most=2880,
        rule=_("However many bids come, a lot ends so long after its start; it is announced."),
    ),
    TermsField(
        key="feedback.rank", section="feedback", kind=Kind.BOOL, default=True, required=False,
        label=_("Own rank"),
        rule=_("Each supplier sees the rank of its own best bid while the lot runs."),
    ),
    TermsField(
        key="feedback.lead", section="feedback", kind=Kind.BOOL, default=False, required=False,
        label=_("Leading price"),
        rule=_("Suppliers see the best price, never whose it is."),
    ),
    TermsField(
        key="feedback.after_first_bid", section="feedback", kind=Kind.BOOL, default=True,
        required=False, label=_("Only after an own bid"),
        rule=_("Nothing is shown to a supplier before its own first valid bid on the lot."),
    ),
    TermsField(
        key="feedback.lead_min_bidders", section="feedback", kind=Kind.INTEGER, default="2",
        least=1, label=_("Bidders needed to show the lead"), most=50,
        rule=_("The leading price is shown only once so many suppliers have bid on the lot."),
    ),
    TermsField(
        key="feedback.hide_ranks_last", section="feedback", kind=Kind.MINUTES, default="0",
        label=_("Hide ranks in the last minutes"), most=240,
        rule=_("From then until the lot closes nobody sees ranks; 0: always shown."),
    ),
    TermsField(
        key="feedback.count", section="feedback", kind=Kind.CHOICE, default=Count.HIDDEN.value,
        label=_("Number of bidders"),
        rule=_("Hidden: a rank is shown without “of N”, so nobody learns how many take part."),
        choices=((Count.HIDDEN.value, _("hidden")), (Count.SHOWN.value, _("shown"))),
    ),
    TermsField(
        key="feedback.reserve_met", section="feedback", kind=Kind.BOOL, default=False,
        required=False, label=_("Reserve met or not"),
        rule=_("Suppliers see whether the hidden reserve is met, never the reserve itself."),
    ),
    TermsField(
        key="withdrawal.allowed", section="withdrawal", kind=Kind.BOOL, default=True,
        required=False, label=_("Suppliers may ask"),
        rule=_("A supplier may ask to take back its latest bid; the lot pauses until decided."),
    ),
    TermsField(
        key="withdrawal.window", section="withdrawal", kind=Kind.SECONDS, default="60", most=3600,
        label=_("Within"),
        rule=_("So long after the bid was answered, and never after the close."),
    ),
    TermsField(
        key="buyer_extension.times", section="buyer", kind=Kind.INTEGER, default="0", most=20,
        label=_("Extensions by the buyer"),
        rule=_("How often the buyer may extend a lot, always before the soft-close window."),
    ),
    TermsField(
        key="buyer_extension.length", section="buyer", kind=Kind.MINUTES, default="10", most=240,
        label=_("Longest extension"),
        rule=_("The most the buyer may add at once."),
    ),
    TermsField(
        key="resume_notice", section="buyer", kind=Kind.SECONDS, default="60", most=3600,
        label=_("Notice before resuming"),
        rule=_("After a pause bidding goes on only so long after it was announced."),
    ),
    TermsField(
        key="automatic_pause.share", section="buyer", kind=Kind.INTEGER, default="",
        required=False, label=_("Pause by itself when more than, %"), least=1, most=99,
        rule=_("Of at least three connected bidders, lost within five seconds; empty: never."),
    ),
    TermsField(
        key="automatic_pause.longest", section="buyer", kind=Kind.MINUTES, default="10", least=1,
        label=_("Such a pause at most"), most=10,
        rule=_("It ends sooner when enough are back or the buyer resumes; once a lot."),
    ),
    TermsField(
        key="consent_time", section="buyer", kind=Kind.MINUTES, default="10", least=1, most=1440,
        label=_("Time to accept edited terms"),
        rule=_("Who has not accepted an edited version by then stays ranked and cannot bid."),
    ),
    TermsField(
        key="blind", section="trust", kind=Kind.BOOL, default=False, required=False,
        label=_("Buyer sees aliases"),
        rule=_("The buyer learns names after the close; a neutral person decides withdrawals."),
    ),
    TermsField(
        key="disclosure", section="trust", kind=Kind.CHOICE, default=Disclosure.BUYER.value,
        label=_("Full record after the close"),
        rule=_("Who may have every bid and name afterwards; each participant always has its own."),
        choices=((Disclosure.BUYER.value, _("buyer and auditor")),
                 (Disclosure.PUBLIC.value, _("everyone"))),
    ),
)  # fmt: skip

FIELDS: tuple[TermsField, ...] = (
    *_COMMON,
    *RULE_FIELDS,
    *MONEY_FIELDS,
    # Formats may share settings of their own.
    *{field.key: field for choice in CHOICES for field in choice.fields}.values(),
)
BY_KEY: Mapping[str, TermsField] = {field.key: field for field in FIELDS}
_OF_FORMATS = frozenset(field.key for choice in CHOICES for field in choice.fields)


def defaults() -> dict[str, str | bool]:
    """What an officer gets without touching a setting."""
    return {field.key: field.default for field in FIELDS}


def typed(rules: Mapping[str, Any]) -> dict[str, str | bool]:
    """The settings as typed, with defaults for those never touched; unknown keys are left out."""
    return {**defaults(), **{key: value for key, value in rules.items() if key in BY_KEY}}


def turned(before: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    """The settings ``kept`` after another format was chosen: what stood at the default of the one
    before takes that of the new one."""
    old, new = choice_of(before), choice_of(kept)
    if old is new:
        return dict(kept)
    olds, news = {**defaults(), **old.defaults}, {**defaults(), **new.defaults}
    untouched = {key for key in news if kept.get(key) == olds[key] and key != "format"}
    return {**kept, **{key: news[key] for key in untouched}}


def fields_of(rules: Mapping[str, Any]) -> tuple[TermsField, ...]:
    """The settings that the chosen format leaves to the officer, in order."""
    choice = choice_of(rules)
    own = {field.key for field in choice.fields}
    return tuple(
        _called(field, choice)
        for field in FIELDS
        if field.key not in choice.fixed
        and (field.key not in _OF_FORMATS or field.key in own)
        and (field.formats is None or choice.format in field.formats)
    )


def _called(field: TermsField, choice: FormatChoice) -> TermsField:
    """The field as the format calls it."""
    if field.key not in choice.called:
        return field
    label, rule = choice.called[field.key]
    return replace(field, label=label, rule=rule)


def effective(rules: Mapping[str, Any]) -> dict[str, str | bool]:
    """What counts: as typed where the format leaves it open, else what the format fixes.

    Settings of other formats are left out; they stay with the draft in case it is changed back.
    """
    choice = choice_of(rules)
    own = {field.key for field in choice.fields}
    return {
        key: choice.fixed.get(key, value)
        for key, value in typed(rules).items()
        if (key not in _OF_FORMATS or key in own)
        and ((formats := BY_KEY[key].formats) is None or choice.format in formats)
    }
