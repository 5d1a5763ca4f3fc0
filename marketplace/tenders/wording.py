"""The terms in plain words: what a supplier reads before it accepts them.

Every sentence follows from a value of the terms; what a setting switches off is not mentioned,
except where its absence is itself a rule that bidders ask about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from auctions.domain import money as own_money
from auctions.domain.award_rule import award_rule
from auctions.domain.presets import PRESETS
from auctions.domain.terms import (
    Basis,
    Disclosure,
    ExtensionBase,
    LineTerms,
    LotOrder,
    LotTerms,
    Scope,
    StepKind,
    Terms,
    TiePolicy,
    Trigger,
)
from auctions.domain.terms_rules import SCORED_BY_STEPS
from auctions.domain.terms_scoring import CriterionKind, ScoringMethod, StepOn
from marketplace.tenders import bidder_words, line_words, money_words, presets
from marketplace.tenders.bidder_words import exact_percent
from marketplace.tenders.formats import BY_FORMAT
from ui.formatting import duration, figure, money, quantity

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the terms with its sentences."""

    key: str
    heading: str
    sentences: list[str]


def in_words(terms: Terms) -> list[Section]:
    """All sections in the active language. Moments are left to the page, which knows the zone."""
    choice = BY_FORMAT[terms.format]
    sections = [
        Section(key, heading, list(choice.instead.get(key, write)(terms)))
        for key, heading, write in _sections()
        if key not in choice.unsaid
    ]
    sections = [section for section in sections if section.sentences]
    if choice.sentences is not None:
        own = list(choice.sentences(terms))
        sections.insert(0, Section("format", str(choice.title), own))
    if terms.preset is not None and (preset := PRESETS.get(terms.preset)) is not None:
        follows = _("These terms follow: %(text)s. What it forbids was refused before they bound.")
        named = str(presets.BY_NAME[terms.preset].title)
        sections.insert(0, Section("preset", named, [follows % {"text": preset.text}]))
    return sections


def step_in_words(lot: LotTerms, currency: str, unit: str = "") -> str:
    """``0.5 %``, ``0.50 EUR`` or both: the least step of a lot; with a budget ``5 t``."""

    def amount(value: Decimal) -> str:
        return money(value, currency) if lot.budget is None else quantity(value, unit)

    step = lot.step
    parts = []
    if step.bands is not None:
        return ", ".join(
            _("from %(least)s: %(step)s")
            % {
                "least": amount(band.least),
                "step": amount(band.absolute)
                if band.absolute is not None
                else exact_percent(band.percent),
            }
            for band in step.bands
        )
    if step.kind is not StepKind.ABSOLUTE and step.percent is not None:
        parts.append(exact_percent(step.percent))
    if step.kind is not StepKind.PERCENT and step.absolute is not None:
        parts.append(amount(step.absolute))
    if not parts:
        return _("the smallest amount")
    if len(parts) == 2:
        return _("%(one)s or %(other)s, the smaller") % {"one": parts[0], "other": parts[1]}
    return parts[0]


def _sections() -> list[tuple[str, str, Callable[[Terms], Iterator[str]]]]:
    return [
        ("price", _("Prices and bids"), _price),
        ("money", _("Currencies and VAT"), money_words.sentences),
        ("scoring", _("Score"), _scoring),
        ("time", _("Time"), _time),
        ("soft_close", _("Soft close"), _soft_close),
        ("feedback", _("What you will see"), bidder_words.feedback),
        ("guard", _("Protection against slips"), bidder_words.guard),
        ("withdrawal", _("Withdrawing a bid"), _withdrawal),
        ("changes", _("Pauses and changes"), _changes),
        ("award", _("Who is awarded"), _award),
        ("trust", _("Names and record"), _trust),
    ]


def ranking(terms: Terms) -> list[str]:
    """By which formula offers rank, as the sections of :func:`in_words` say it."""
    return list(_scoring(terms)) or [_wins(terms)]


def _wins(terms: Terms) -> str:
    vat = money_words.compared(terms)
    wins = _("Bids are unit prices in %(currency)s %(vat)s. The lowest price wins.")
    if terms.scoring is not None:
        wins = _("Bids are unit prices in %(currency)s %(vat)s. The lowest score wins.")
    if own_money.asked_for(terms):
        wins = _("Bids are unit prices, compared in %(currency)s %(vat)s. The lowest wins.")
    return wins % {"currency": terms.currency, "vat": vat}


def _price(terms: Terms) -> Iterator[str]:
    yield _wins(terms)
    if "undercut" not in BY_FORMAT[terms.format].unsaid:
        if terms.basis is Basis.OWN:
            yield _("Each further bid must be lower than your own best by at least the lot's step.")
        else:
            yield _("Each bid must be lower than the leading price by at least the lot's step.")
        buffer = terms.front_buffer
        if buffer is not None:
            by = buffer.absolute
            yield _("A bid that takes the lead must undercut it by at least %(buffer)s.") % {
                "buffer": exact_percent(buffer.percent) if by is None else money(by, terms.currency)
            }
    yield from line_words.sentences(terms)
    if terms.automatic_bids is not None:
        yield _(
            "You may name a secret limit: bids are then placed for you, each the highest allowed, "
            "whenever you do not lead, down to that limit. Nobody else learns of it before the lot "
            "closes. Of equal bids placed so, that of the limit named first ranks better."
        )
    if terms.surrogates:
        yield _(
            "If you cannot bid yourself, you may let a neutral person of the platform place one "
            "bid for you on a lot, not below an amount you approve. It binds you like your own and "
            "is marked; you are told of it. The buyer can never place one."
        )
    if any(lot.ceiling is not None for lot in terms.lots):
        yield _("A first bid may not be above the lot's ceiling.")
    if any(lot.grid is not None for lot in terms.lots):
        yield _("Where a lot names a multiple, every amount must be a multiple of it.")
    if "undercut" not in BY_FORMAT[terms.format].unsaid:
        yield {
            TiePolicy.FIRST: _("Of equal bids the one decided first ranks better."),
            TiePolicy.EQUAL_BEST: _(
                "Equal bids share the better rank; the first decided one wins."
            ),
            TiePolicy.EQUAL_WORST: _(
                "Equal bids share the worse rank; the first decided one wins."
            ),
            TiePolicy.FORBID_LEAD: _("A bid equal to the leading price is refused."),
        }[terms.ties]
    if any(lot.reserve_commitment is not None for lot in terms.lots):
        yield _(
            "Lots marked so have a hidden reserve. It was fixed before the start, cannot be "
            "changed, and is opened when the lot closes."
        )


def _scoring(terms: Terms) -> Iterator[str]:
    scoring = terms.scoring
    if scoring is None:
        return
    yield {
        ScoringMethod.BONUS_MALUS: _(
            "Offers rank by a score: the price with a bonus or malus for each criterion. "
            "The lowest score wins."
        ),
        ScoringMethod.WEIGHTED: _(
            "Offers rank by a score: the price divided by a coefficient of 1 + v / (1 − m), where "
            "v is the sum of your shares and m the greatest sum. The lowest score wins."
        ),
        ScoringMethod.LIFE_CYCLE: _(
            "Offers rank by a score: the price with the costs of use. The lowest score wins."
        ),
        ScoringMethod.LANDED: _(
            "Offers rank by a score: the price with duty, freight and the like. "
            "The lowest score wins."
        ),
    }[scoring.method]
    for criterion in scoring.criteria:
        kind = {
            CriterionKind.PERCENT: _("percent of the price"),
            CriterionKind.AMOUNT: _("%(currency)s a unit") % {"currency": terms.currency},
            CriterionKind.WEIGHT: _("a share up to %(most)s")
            % {"most": exact_percent((criterion.most or Decimal(0)) * 100)},
        }[criterion.kind]
        yield f"{criterion.name}: {kind}."
    if terms.sealing is not None:
        yield _(
            "The buyer sets your values before the lot starts; from then on they stand, and nobody "
            "else is invited. You see your own; nobody else's. Scores are never rounded."
        )
    else:
        yield _(
            "The buyer sets your values before the start and cannot change them once you have bid. "
            "You see your own; nobody else's. Scores are never rounded."
        )
    if terms.format not in SCORED_BY_STEPS:
        yield _("The ceiling applies to your own price.")
    elif scoring.step_on is StepOn.SCORE:
        yield _("The step is measured on the score; your next bid is told as a price.")
    else:
        yield _("The step is measured on your own price, and the ceiling applies to it.")


def _time(terms: Terms) -> Iterator[str]:
    if len(terms.lots) > 1 and terms.lot_order is LotOrder.SERIAL:
        yield _(
            "Lots run one after another for %(length)s each; the next starts %(gap)s after the "
            "one before it has closed."
        ) % {"length": duration(terms.length), "gap": duration(terms.lot_gap)}
    elif len(terms.lots) > 1 and terms.lot_order is LotOrder.STAGGERED:
        yield _(
            "All lots start at once. The first runs for %(length)s; each following one ends at "
            "least %(gap)s after the one before it, so an extension moves those behind it too."
        ) % {"length": duration(terms.length), "gap": duration(terms.lot_gap)}
    elif len(terms.lots) > 1:
        yield _("All lots run at once for %(length)s.") % {"length": duration(terms.length)}
    else:
        yield _("The lot runs for %(length)s.") % {"length": duration(terms.length)}
    if terms.prebid_opens_at is not None:
        yield _("Before the start a first bid may be placed as a pre-bid; it binds.")
    yield _("A bid counts when our server received it at or before the deadline.")


def _soft_close(terms: Terms) -> Iterator[str]:
    soft = terms.soft_close
    if soft.window == ZERO:
        yield _("A lot ends at its deadline; late bids do not extend it.")
        return
    if soft.trigger is Trigger.ANY_BID:
        trigger = _("An accepted bid")
    else:
        trigger = ngettext(
            "A bid that changes the first rank",
            "A bid that changes the first %(n)d ranks",
            soft.trigger_ranks,
        ) % {"n": soft.trigger_ranks}
    if soft.base is ExtensionBase.BID:
        yield _("%(trigger)s in the last %(window)s leaves at least %(reset)s for an answer.") % {
            "trigger": trigger, "window": duration(soft.window), "reset": duration(soft.reset),
        }  # fmt: skip
    else:
        yield _("%(trigger)s in the last %(window)s moves the deadline by %(reset)s.") % {
            "trigger": trigger, "window": duration(soft.window), "reset": duration(soft.reset),
        }  # fmt: skip
    if soft.scope is Scope.ALL_LOTS:
        yield _("It extends every lot that is running.")
    if soft.limit is None:
        yield _("This may happen as often as bids come.")
    else:
        yield ngettext(
            "A lot is extended %(n)d time at most.",
            "A lot is extended %(n)d times at most.",
            soft.limit,
        ) % {"n": soft.limit}
    yield _("At the latest a lot ends %(hard)s after its start; this is announced before.") % {
        "hard": duration(soft.hard_stop)
    }


def _withdrawal(terms: Terms) -> Iterator[str]:
    if not terms.withdrawal.allowed:
        yield _("A bid cannot be withdrawn.")
        return
    yield _(
        "Within %(time)s you may ask to take back your latest bid, never after the close. The lot "
        "pauses until this is decided; if it is approved, your bid before it counts again."
    ) % {"time": duration(terms.withdrawal.window)}
    if terms.blind:
        yield _("A neutral person decides, because the buyer does not see names.")


def _changes(terms: Terms) -> Iterator[str]:
    yield _(
        "The buyer may pause the auction; clocks keep their remaining time, and it goes on only "
        "%(notice)s after that was announced."
    ) % {"notice": duration(terms.resume_notice)}
    automatic = terms.automatic_pause
    if automatic is not None:
        yield _(
            "When more than %(share)s of at least %(bidders)s connected bidders lose their "
            "connection within %(within)s, the auction pauses by itself: once a lot, for %(time)s "
            "at most."
        ) % {
            "share": exact_percent(Decimal(automatic.share)),
            "bidders": automatic.bidders,
            "within": duration(automatic.within),
            "time": duration(automatic.longest),
        }
    extension = terms.buyer_extension
    if extension.times:
        yield ngettext(
            "The buyer may extend a lot %(n)d time by at most %(time)s.",
            "The buyer may extend a lot %(n)d times by at most %(time)s.",
            extension.times,
        ) % {"n": extension.times, "time": duration(extension.length)}
    else:
        yield _("The buyer may not extend a lot.")
    yield _(
        "Once somebody has bid, only times may be edited, during a pause. You have %(time)s to "
        "accept the new version; without that you stay ranked and cannot bid."
    ) % {"time": duration(terms.consent_time)}


def _award(terms: Terms) -> Iterator[str]:
    yield _(
        "These terms say who wins, and are locked by their hash before anybody bids. The rule as it"
        " is hashed: %(rule)s"
    ) % {"rule": award_rule(terms)}
    yield _(
        "A buyer who awards otherwise than the auction ended, or to nobody, must give a reason."
        " Everybody who took part reads it, and the record keeps it."
    )


def _trust(terms: Terms) -> Iterator[str]:
    yield _("Suppliers never learn each other's names from the auction.")
    if terms.blind:
        yield _("The buyer sees aliases until the close.")
    else:
        yield _("The buyer sees who bids.")
    if terms.disclosure is Disclosure.PUBLIC:
        yield _("After the close everyone may have the full record.")
    else:
        yield _("After the close the buyer and the auditor have the full record, you your own.")
    yield _(
        "Every bid is written to a chained record, and you get a signed receipt for it. Signatures "
        "are made with the platform's key %(key)s."
    ) % {"key": terms.platform_key}


def quantity_in_words(lot: LotTerms | LineTerms, symbol: str) -> str:
    """``1,850 t``."""
    return f"{figure(lot.quantity)}\u00a0{symbol}"
