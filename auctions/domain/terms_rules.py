"""What the terms validator asks of rules beyond the plain open auction, one check a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

from auctions.domain import terms_problems as problems
from auctions.domain.terms import (
    Band,
    Disclosure,
    Format,
    FrontBuffer,
    LotOrder,
    StepKind,
    Terms,
    Trigger,
)
from auctions.domain.terms_problems import Problem
from auctions.domain.terms_scoring import (
    Criterion,
    CriterionKind,
    ScoringMethod,
    ScoringTerms,
    StepOn,
)
from kernel.decimals import tick, to_wire

MOST_CRITERIA = 20
MOST_NAME = 100
MOST_WEIGHT = Decimal("0.3")

MOST_BANDS = 20
MOST_CHANGES = 100
MOST_STEPS = 200
LARGEST = Decimal(10) ** 12
MOST_PACKAGES = 10  # of one supplier
MOST_PACKED_LOTS = 12
ZERO = timedelta(0)

# Formats in which bidders outdo each other in the open until a deadline.
OPEN = frozenset({Format.ENGLISH, Format.BUDGET})
# Those in which a bid may be placed for a supplier, down to its secret price.
AUTOMATIC = frozenset({Format.ENGLISH})
# Formats whose order is by score.
SCORED = frozenset({Format.ENGLISH, Format.TURNS, Format.SEALED, Format.SEALED_ROUNDS})
# Those of them in which nothing may tell the buyer who has offered so far.
SCORED_UNSEEN = frozenset({Format.SEALED, Format.SEALED_ROUNDS})
# Those of them in which a further offer must undercut something by the step.
SCORED_BY_STEPS = SCORED - {Format.SEALED}
# Formats in which a lot may have positions.
PRICED_BY_LINES = frozenset({Format.ENGLISH, Format.TURNS, Format.SEALED, Format.SEALED_ROUNDS})
# Those of them whose bids are envelopes.
SEALED_LINES = frozenset({Format.SEALED, Format.SEALED_ROUNDS})
# Those of them in which a bid follows one's own earlier one.
LOWERED_BY_LINES = PRICED_BY_LINES - {Format.SEALED}
# Formats in which offers may be tied to each other, and how many lots may have discounts: these
# make the search for the best choice larger, and Vickrey does it once more for each winner.
MOST_DISCOUNTED = {Format.SEALED: 10, Format.VICKREY: 8, Format.SEALED_ROUNDS: 10}
TIED = frozenset(MOST_DISCOUNTED)

_KINDS = {
    ScoringMethod.BONUS_MALUS: {CriterionKind.PERCENT, CriterionKind.AMOUNT},
    ScoringMethod.WEIGHTED: {CriterionKind.WEIGHT},
    ScoringMethod.LIFE_CYCLE: {CriterionKind.AMOUNT},
    ScoringMethod.LANDED: {CriterionKind.PERCENT, CriterionKind.AMOUNT},
}


def scoring(terms: Terms) -> Iterator[Problem]:
    """Criteria of the method's kinds, weights up to 0.3 together, and no blind buyer."""
    rule = terms.scoring
    if rule is None:
        return
    yield from _scored_format(terms, rule)
    if terms.blind:
        yield problems.ScoringNotBlind(field="scoring")
    if not 1 <= len(rule.criteria) <= MOST_CRITERIA:
        yield problems.OutOfRange(field="scoring.criteria", least=1, most=MOST_CRITERIA)
    names: set[str] = set()
    total = Decimal(0)
    for number, criterion in enumerate(rule.criteria, start=1):
        path = f"scoring.criteria.{number}"
        yield from _named(path, criterion, names)
        if criterion.kind not in _KINDS[rule.method]:
            yield problems.CriterionNotHere(field=path)
        if criterion.kind is not CriterionKind.WEIGHT:
            if criterion.most is not None:
                yield problems.CriterionNotHere(field=f"{path}.most")
            continue
        most = criterion.most
        if most is None or not most.is_finite() or not 0 < most <= MOST_WEIGHT or most % tick(6):
            yield problems.OutOfRange(field=f"{path}.most", least=0, most=to_wire(MOST_WEIGHT))
        else:
            total += most
    if total > MOST_WEIGHT:
        yield problems.WeightsTooHeavy(field="scoring.criteria", most=to_wire(MOST_WEIGHT))


def _scored_format(terms: Terms, rule: ScoringTerms) -> Iterator[Problem]:
    if terms.format not in SCORED:
        yield problems.RuleNotHere(field="scoring")
    elif terms.format not in SCORED_BY_STEPS and rule.step_on is StepOn.SCORE:
        yield problems.RuleNotHere(field="scoring.step_on")
    if terms.format in SCORED_UNSEEN and terms.prebid_opens_at is not None:
        yield problems.ScoringNoPrebids(field="prebid_opens_at")
    if terms.format in SCORED and terms.packages is not None:
        yield problems.PackagesNotScored(field="packages")


def _named(path: str, criterion: Criterion, names: set[str]) -> Iterator[Problem]:
    name = criterion.name.strip()
    if not name:
        yield problems.Missing(field=f"{path}.name")
    if len(name) > MOST_NAME:
        yield problems.TooLong(field=f"{path}.name", limit=MOST_NAME)
    if name.casefold() in names:
        yield problems.CriterionTwice(field=f"{path}.name")
    names.add(name.casefold())


def bands(terms: Terms) -> Iterator[Problem]:
    """Bands begin at 0 and rise; each has an amount or a percentage; the step is in the price."""
    for lot in terms.lots:
        path = f"lots.{lot.number}.step.bands"
        given = lot.step.bands
        if (lot.step.kind is StepKind.BANDS) != (given is not None):
            yield problems.Missing(field=path)
        if given is None:
            continue
        if terms.format not in OPEN:
            yield problems.RuleNotHere(field=path)
        if terms.scoring is not None and terms.scoring.step_on is StepOn.SCORE:
            yield problems.RuleNotHere(field=path)
        leasts = [band.least for band in given]
        if not 1 <= len(given) <= MOST_BANDS:
            yield problems.OutOfRange(field=path, least=1, most=MOST_BANDS)
        elif leasts[0] != 0 or leasts != sorted(set(leasts)):
            yield problems.BandsUnordered(field=path)
        for band in given:
            yield from _amount_or_percent(path, band, lot.scale)
            if not 0 <= band.least < LARGEST or band.least % tick(lot.scale):
                yield problems.BandsUnordered(field=path)


def front_buffer(terms: Terms) -> Iterator[Problem]:
    """An amount or a percentage, and only where every bidder always sees the lead."""
    rule = terms.front_buffer
    if rule is None:
        return
    if terms.format not in OPEN:
        yield problems.RuleNotHere(field="front_buffer")
    if not lead_always_seen(terms):
        yield problems.LeadNotAlwaysSeen(field="front_buffer")
    yield from _amount_or_percent(
        "front_buffer", rule, min((lot.scale for lot in terms.lots), default=0)
    )


def staggered(terms: Terms) -> Iterator[Problem]:
    """Lots that end one after another are open ones with a deadline of their own."""
    if terms.lot_order is LotOrder.STAGGERED and terms.format not in OPEN:
        yield problems.RuleNotHere(field="lot_order")


def automatic_bids(terms: Terms) -> Iterator[Problem]:
    """Only where each bidder is told at every moment whether it leads: see docs/auctions/proxy.md.

    The lead price alone does not tell it: of equal bids it does not say which one leads.
    """
    rule = terms.automatic_bids
    if rule is None:
        return
    if terms.format not in AUTOMATIC:
        yield problems.RuleNotHere(field="automatic_bids")
    elif not terms.feedback.rank or terms.feedback.hide_ranks_last > ZERO:
        yield problems.RankNotAlwaysSeen(field="automatic_bids")
    elif terms.soft_close.trigger is Trigger.RANK_CHANGE and not lead_always_seen(terms):
        # A bid that took the lead for no time at all would move the end, and so tell of the lead.
        yield problems.LeadNotAlwaysSeen(field="automatic_bids")
    if not 1 <= rule.changes <= MOST_CHANGES:
        yield problems.OutOfRange(field="automatic_bids.changes", least=1, most=MOST_CHANGES)
    if not 1 <= rule.steps <= MOST_STEPS:
        yield problems.OutOfRange(field="automatic_bids.steps", least=1, most=MOST_STEPS)


def packages(terms: Terms) -> Iterator[Problem]:
    """In sealed formats, over so many lots that the best choice is found at once."""
    rule = terms.packages
    if rule is None:
        return
    if terms.format not in TIED:
        yield problems.RuleNotHere(field="packages")
    if terms.buyer_extension.times > 0:
        # One lot would end before the others, and whether it waits would tell of packages.
        yield problems.RuleNotHere(field="buyer_extension.times")
    most = MOST_PACKED_LOTS
    if rule.discounts:
        most = MOST_DISCOUNTED.get(terms.format, most)
    if not 2 <= len(terms.lots) <= most:
        yield problems.PackagesLotCount(field="packages", least=2, most=most)
    least = 0 if rule.discounts else 1
    if not least <= rule.per_supplier <= MOST_PACKAGES:
        yield problems.OutOfRange(field="packages.per_supplier", least=least, most=MOST_PACKAGES)
    if not 2 <= rule.most_lots <= MOST_PACKED_LOTS:
        yield problems.OutOfRange(field="packages.most_lots", least=2, most=MOST_PACKED_LOTS)


def lines(terms: Terms) -> Iterator[Problem]:
    """Positions are of formats in which each bid names its own prices, one bid at a time."""
    with_lines = [lot.number for lot in terms.lots if lot.lines is not None]
    if terms.line_rules is not None and not with_lines:
        yield problems.RuleNotHere(field="line_rules")
    if terms.format not in PRICED_BY_LINES:
        for number in with_lines:
            yield problems.RuleNotHere(field=f"lots.{number}.lines")
    if with_lines and terms.automatic_bids is not None:
        yield problems.LinesNotAutomatic(field="automatic_bids")
    if with_lines and terms.packages is not None:
        yield problems.LinesNotPackaged(field="packages")
    if with_lines and terms.format in SEALED_LINES and terms.disclosure is Disclosure.PUBLIC:
        yield problems.SealedLinesNotPublic(field="disclosure")


def surrogates(terms: Terms) -> Iterator[Problem]:
    """Bids placed for others are bids of an open auction."""
    if terms.surrogates and terms.format not in AUTOMATIC:
        yield problems.RuleNotHere(field="surrogates")
    if terms.surrogates and any(lot.lines is not None for lot in terms.lots):
        yield problems.LinesNotSurrogate(field="surrogates")


def lead_always_seen(terms: Terms) -> bool:
    """Whether every bidder sees the lead at every moment while a lot runs."""
    feedback = terms.feedback
    return (
        feedback.lead
        and not feedback.after_first_bid
        and feedback.lead_min_bidders <= 1
        and feedback.hide_ranks_last == ZERO
    )


def _amount_or_percent(path: str, rule: Band | FrontBuffer, scale: int) -> Iterator[Problem]:
    absolute, percent = rule.absolute, rule.percent
    if (absolute is None) == (percent is None):
        yield problems.Missing(field=path)
    elif absolute is not None:
        if not absolute.is_finite() or not 0 < absolute < LARGEST:
            yield problems.NotPositiveTerm(field=path)
        elif absolute % tick(scale):
            yield problems.TooManyDigits(field=path, scale=scale)
    elif percent is not None:
        if not percent.is_finite() or not 0 < percent < 100:
            yield problems.OutOfRange(field=path, least=0, most=100)
        elif percent % tick(6):
            yield problems.TooManyDigits(field=path, scale=6)


CHECKS: tuple[Callable[[Terms], Iterator[Problem]], ...] = (
    scoring,
    bands,
    front_buffer,
    staggered,
    automatic_bids,
    packages,
    lines,
    surrogates,
)
