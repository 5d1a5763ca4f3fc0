"""The terms validator: refuses what leaks, and what cannot be run.

Noninterference comes first. While a bidder does not see the lead, what it is told may depend only
on its own bids, the clock and the public terms. So every rule that measures a bid against the lead
(the leader basis, forbidding to equal the lead) asks that every bidder *always* sees the lead:
shown at all, also before an own bid, with any number of bidders, and never hidden at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from auctions.domain import terms_money, terms_rules
from auctions.domain import terms_problems as problems
from auctions.domain.formats import RULES
from auctions.domain.formats.plain import PLAIN
from auctions.domain.presets import against_the_preset
from auctions.domain.terms import Basis, LotTerms, StepKind, Terms, TiePolicy, Trigger
from auctions.domain.terms_problems import Problem
from auctions.domain.terms_rules import lead_always_seen
from kernel.decimals import MAX_INTEGER_DIGITS, MAX_SCALE, to_wire

MAX_LOTS = 200
MAX_LINES = 100  # positions of a lot
MAX_TITLE = 200
DAY = timedelta(days=1)
ZERO = timedelta(0)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]{1,3}", re.ASCII)
_KEY = re.compile(r"[\x21-\x7e]{1,100}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_terms(terms: Terms) -> list[Problem]:
    """Everything wrong with these terms; an empty list if they may be published."""
    return [*check_kept_terms(terms), *refused_anew(terms)]


def check_kept_terms(terms: Terms) -> list[Problem]:
    """The same of terms that stand in a ledger, which may be from before some rule was refused."""
    return [problem for check in _CHECKS for problem in check(terms)]


def refused_anew(terms: Terms) -> list[Problem]:
    """What only new terms are refused for: a rule that is taken by no part of their format."""
    names = RULES[terms.format].refuses_anew
    return [problems.RuleNotHere(field=name) for name in names if not PLAIN[name](terms)]


def _leaks(terms: Terms) -> Iterator[Problem]:
    if not lead_always_seen(terms):
        if terms.basis is Basis.LEADER:
            yield problems.LeadNotAlwaysSeen(field="basis")
        if terms.ties is TiePolicy.FORBID_LEAD:
            yield problems.LeadNotAlwaysSeen(field="ties")
    feedback = terms.feedback
    shown = feedback.rank or feedback.lead
    if terms.soft_close.trigger is Trigger.RANK_CHANGE:
        # Own rank tells of ranks 1..k whatever k is; the lead price tells of rank 1 alone.
        enough = feedback.rank or (feedback.lead and terms.soft_close.trigger_ranks == 1)
        if not enough or feedback.hide_ranks_last > ZERO:
            yield problems.RankChangeHidden(field="soft_close.trigger")
    if feedback.hide_ranks_last > ZERO and not shown:
        yield problems.NothingToHide(field="feedback.hide_ranks_last")


def _whole(terms: Terms) -> Iterator[Problem]:
    if not 1 <= len(terms.lots) <= MAX_LOTS:
        yield problems.LotCount(field="lots", most=MAX_LOTS)
    if [lot.number for lot in terms.lots] != list(range(1, len(terms.lots) + 1)):
        yield problems.LotsMisnumbered(field="lots")
    if _CURRENCY.fullmatch(terms.currency) is None:
        yield problems.CodeMalformed(field="currency")
    if _KEY.fullmatch(terms.platform_key) is None:
        yield problems.CodeMalformed(field="platform_key")
    yield from _whole_number("version", terms.version, 1, 10_000)
    yield from _whole_number("commands_per_second", terms.commands_per_second, 1, 1000)


def _moments(terms: Terms) -> Iterator[Problem]:
    opens_at = terms.prebid_opens_at
    moments: list[tuple[str, datetime]] = [("starts_at", terms.starts_at)]
    if opens_at is not None:
        moments.append(("prebid_opens_at", opens_at))
    naive = [name for name, moment in moments if moment.tzinfo is None]
    for name in naive:
        yield problems.TimeZoneMissing(field=name)
    if opens_at is not None and not naive and opens_at >= terms.starts_at:
        yield problems.PrebidTooLate(field="prebid_opens_at")


def _lengths(terms: Terms) -> Iterator[Problem]:
    soft, feedback = terms.soft_close, terms.feedback
    second = timedelta(seconds=1)
    yield from _span("length", terms.length, second, 30 * DAY)
    yield from _span("lot_gap", terms.lot_gap, ZERO, DAY)
    yield from _span("resume_notice", terms.resume_notice, ZERO, DAY)
    yield from _span("consent_time", terms.consent_time, ZERO, 30 * DAY)
    yield from _span("withdrawal.window", terms.withdrawal.window, ZERO, DAY)
    yield from _span("feedback.hide_ranks_last", feedback.hide_ranks_last, ZERO, 30 * DAY)
    if feedback.hide_ranks_last >= terms.length > ZERO:
        yield problems.HiddenTooLong(field="feedback.hide_ranks_last")
    yield from _span("soft_close.window", soft.window, ZERO, DAY)
    yield from _span("soft_close.reset", soft.reset, second if soft.window else ZERO, DAY)
    yield from _span("soft_close.hard_stop", soft.hard_stop, second, 60 * DAY)
    if soft.window > terms.length:
        yield problems.WindowTooLong(field="soft_close.window")
    if soft.hard_stop < terms.length:
        yield problems.HardStopTooEarly(field="soft_close.hard_stop")
    grant = terms.buyer_extension
    yield from _whole_number("buyer_extension.times", grant.times, 0, 100)
    least = second if grant.times > 0 else ZERO
    yield from _span("buyer_extension.length", grant.length, least, DAY)


def _automatic_pause(terms: Terms) -> Iterator[Problem]:
    rule = terms.automatic_pause
    if rule is None:
        return
    yield from _whole_number("automatic_pause.share", rule.share, 1, 99)
    yield from _whole_number("automatic_pause.bidders", rule.bidders, 3, 1000)
    second = timedelta(seconds=1)
    yield from _span("automatic_pause.within", rule.within, second, timedelta(seconds=30))
    least = max(second, terms.resume_notice)
    yield from _span("automatic_pause.longest", rule.longest, least, timedelta(minutes=10))


def _numbers(terms: Terms) -> Iterator[Problem]:
    soft = terms.soft_close
    yield from _whole_number("soft_close.trigger_ranks", soft.trigger_ranks, 1, 100)
    if soft.limit is not None:
        yield from _whole_number("soft_close.limit", soft.limit, 1, 1000)
    least = terms.feedback.lead_min_bidders
    yield from _whole_number("feedback.lead_min_bidders", least, 1, 100)


def _guard(terms: Terms) -> Iterator[Problem]:
    guard = terms.guard
    named = (("warn", guard.warn), ("retype", guard.retype), ("block", guard.block))
    given = [(name, value) for name, value in named if value is not None]
    for name, value in given:
        yield from _percent(f"guard.{name}", value)
    for (_, lower), (name, higher) in pairwise(given):
        if lower > higher:
            yield problems.GuardOrder(field=f"guard.{name}")


def _lots(terms: Terms) -> Iterator[Problem]:
    for lot in terms.lots:
        yield from _lot(f"lots.{lot.number}.", lot)


def _lot(path: str, lot: LotTerms) -> Iterator[Problem]:
    if not lot.title.strip():
        yield problems.Missing(field=path + "title")
    if len(lot.title) > MAX_TITLE:
        yield problems.TooLong(field=path + "title", limit=MAX_TITLE)
    if _UNIT.fullmatch(lot.unit) is None:
        yield problems.CodeMalformed(field=path + "unit")
    yield from _amount(path + "quantity", lot.quantity, MAX_SCALE)
    if not 0 <= lot.scale <= MAX_SCALE:
        yield problems.OutOfRange(field=path + "scale", least=0, most=MAX_SCALE)
        return
    ceiling = [] if lot.ceiling is None else list(_amount(path + "ceiling", lot.ceiling, lot.scale))
    yield from ceiling
    grid = [] if lot.grid is None else list(_amount(path + "grid", lot.grid, lot.scale))
    yield from grid
    sound = not ceiling and not grid
    if lot.ceiling is not None and lot.grid is not None and sound and lot.ceiling % lot.grid:
        yield problems.NotOnGrid(field=path + "ceiling", grid=to_wire(lot.grid))
    yield from _step(path + "step.", lot)
    commitment = lot.reserve_commitment
    if commitment is not None and _HASH.fullmatch(commitment) is None:
        yield problems.CodeMalformed(field=path + "reserve_commitment")
    yield from _lines(path, lot)


def _lines(path: str, lot: LotTerms) -> Iterator[Problem]:
    if lot.lines is None:
        return
    if lot.quantity != 1:
        yield problems.LotOfLines(field=path + "quantity")
    if not 1 <= len(lot.lines) <= MAX_LINES:
        yield problems.LineCount(field=path + "lines", most=MAX_LINES)
    if [line.number for line in lot.lines] != list(range(1, len(lot.lines) + 1)):
        yield problems.LinesMisnumbered(field=path + "lines")
    for line in lot.lines:
        at = f"{path}lines.{line.number}."
        if not line.title.strip():
            yield problems.Missing(field=at + "title")
        if len(line.title) > MAX_TITLE:
            yield problems.TooLong(field=at + "title", limit=MAX_TITLE)
        if _UNIT.fullmatch(line.unit) is None:
            yield problems.CodeMalformed(field=at + "unit")
        yield from _amount(at + "quantity", line.quantity, MAX_SCALE)
        if not 0 <= line.scale <= MAX_SCALE:
            yield problems.OutOfRange(field=at + "scale", least=0, most=MAX_SCALE)
        elif line.ceiling is not None:
            yield from _amount(at + "ceiling", line.ceiling, line.scale)


def _step(path: str, lot: LotTerms) -> Iterator[Problem]:
    step = lot.step
    if step.kind in (StepKind.ABSOLUTE, StepKind.SMALLER):
        if step.absolute is None:
            yield problems.Missing(field=path + "absolute")
        else:
            yield from _amount(path + "absolute", step.absolute, lot.scale)
    if step.kind in (StepKind.PERCENT, StepKind.SMALLER):
        if step.percent is None:
            yield problems.Missing(field=path + "percent")
        else:
            yield from _percent(path + "percent", step.percent)


def _amount(path: str, value: Decimal, scale: int) -> Iterator[Problem]:
    """Positive, of at most ``scale`` digits after the point and fifteen before it."""
    if not value.is_finite() or value <= 0:
        yield problems.NotPositiveTerm(field=path)
    elif value >= Decimal(10) ** MAX_INTEGER_DIGITS:
        most = Decimal(10) ** MAX_INTEGER_DIGITS - 1
        yield problems.OutOfRange(field=path, least=1, most=to_wire(most))
    elif _digits(value) > scale:
        yield problems.TooManyDigits(field=path, scale=scale)


def _percent(path: str, value: Decimal) -> Iterator[Problem]:
    if not value.is_finite() or not 0 < value < 100:
        yield problems.OutOfRange(field=path, least=0, most=100)
    elif _digits(value) > MAX_SCALE:
        yield problems.TooManyDigits(field=path, scale=MAX_SCALE)


def _digits(value: Decimal) -> int:
    """Digits after the point that are not trailing zeros."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return 0
    text = "".join(map(str, digits))
    zeros = len(text) - len(text.rstrip("0"))
    return max(0, -(exponent + zeros))


def _span(path: str, value: timedelta, least: timedelta, most: timedelta) -> Iterator[Problem]:
    if not least <= value <= most:
        yield problems.OutOfRange(field=path, least=_human(least), most=_human(most))


def _human(span: timedelta) -> str:
    """A length as people write it: ``30 d``, ``1 s``."""
    if span >= DAY:
        return f"{span // DAY} d"
    return f"{int(span.total_seconds())} s"


def _whole_number(path: str, value: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= value <= most:
        yield problems.OutOfRange(field=path, least=least, most=most)


def _format(terms: Terms) -> Iterator[Problem]:
    """What the format asks for, and whatever of other formats it does not have."""
    own = RULES[terms.format]
    for group in sorted({rules.group for rules in RULES.values()} - {"", own.group}):
        if getattr(terms, group) is not None:
            yield problems.RuleNotHere(field=group)
    for name in own.refuses:
        if not PLAIN[name](terms):
            yield problems.RuleNotHere(field=name)
    for lot in terms.lots:
        if lot.start is not None and not own.starts:
            yield problems.RuleNotHere(field=f"lots.{lot.number}.start")
        for name in ("budget", "floor"):
            if getattr(lot, name) is not None and not own.budgets:
                yield problems.RuleNotHere(field=f"lots.{lot.number}.{name}")
    yield from own.problems(terms)


_CHECKS: tuple[Callable[[Terms], Iterator[Problem]], ...] = (
    _leaks,
    _whole,
    _moments,
    _lengths,
    _numbers,
    _guard,
    _automatic_pause,
    _lots,
    *terms_rules.CHECKS,
    terms_money.currencies,
    terms_money.vat_rates,
    _format,
    against_the_preset,
)
