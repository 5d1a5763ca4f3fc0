"""What somebody asks of a rehearsal, read from text and judged field by field."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from auctions.domain.codec import from_body, to_body
from auctions.domain.terms import Format, Terms
from auctions.rehearsal.errors import (
    RehearsalFieldWrong,
    RehearsalTooLarge,
    TermsNotReady,
)
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.condition import takes_discounts
from auctions.rehearsal.play.costs import USUAL_SAVING, Costs, Spread
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.together import takes_packages
from auctions.rehearsal.play.unit_prices import scale_of_prices
from auctions.rehearsal.play.variants import Variant, variants
from kernel.decimals import AmountMalformed, AmountScale, parse_amount

MOST_BOTS = 20
MOST_RUNS = 200
MOST_STEPS = 4
MOST_WORK = 12_000  # runs x variants x bots x lots
SEED = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
PERCENT_SCALE = 3
Typed = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Price:
    """The level that the percents of one lot's costs are of."""

    lot: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that decides a rehearsal beside the terms."""

    bots: int
    runs: int
    seed: str
    strategies: tuple[Strategy, ...]
    costs: Costs
    prices: tuple[Price, ...]
    formats: tuple[Format, ...] = ()
    steps: tuple[Decimal, ...] = ()

    def document(self) -> dict[str, Any]:
        """The form in which it is kept."""
        body: dict[str, Any] = to_body(self)
        return body

    def variants(self, terms: Terms) -> list[Variant]:
        """What is compared, the real terms first."""
        prices = self.price_of()
        return variants(terms, prices=prices, formats=self.formats, steps=self.steps)

    def price_of(self) -> dict[int, Decimal]:
        """The price levels by lot."""
        return {price.lot: price.amount for price in self.prices}


def setup_from(document: Any) -> Setup:
    """The inverse of :meth:`Setup.document`."""
    return from_body(Setup, document)


def read_setup(typed: Typed, terms: Terms, known: Mapping[int, Decimal]) -> Setup:
    """The setup that ``typed`` asks for; ``known`` are price levels of lots that state none.

    Raises RehearsalFieldWrong with the field, or RehearsalTooLarge.
    """
    setup = Setup(
        bots=_whole(typed, "bots", 1, MOST_BOTS, 5),
        runs=_whole(typed, "runs", 1, MOST_RUNS, 50),
        seed=_seed(typed),
        strategies=_chosen(typed, "strategies", Strategy) or (Strategy.STRAIGHT,),
        costs=replace(
            _costs(typed),
            saving=_saving(typed, "package_saving") if takes_packages(terms) else None,
            discount_saving=_saving(typed, "discount_saving") if takes_discounts(terms) else None,
        ),
        prices=_prices(typed, terms, known),
        formats=_chosen(typed, "formats", Format),
        steps=_percents(typed, "steps", MOST_STEPS),
    )
    if any(step >= 100 for step in setup.steps):
        raise wrong("steps", _("A step is less than 100 percent."))
    compared = len(setup.variants(terms))
    work = setup.runs * compared * setup.bots * len(terms.lots)
    if work > MOST_WORK:
        raise RehearsalTooLarge(
            field="runs", runs=setup.runs, variants=compared, bots=setup.bots,
            lots=len(terms.lots), work=work, most=MOST_WORK,
        )  # fmt: skip
    return setup


def wrong(field: str, reason: str) -> RehearsalFieldWrong:
    """A refusal beside its field."""
    return RehearsalFieldWrong(field=field, reason=reason)


def price_levels(
    typed: Typed, terms: Terms, known: Mapping[int, Decimal]
) -> tuple[dict[int, Decimal], list[int]]:
    """What is typed, else the ceiling, else what is known; and the lots that have none of these."""
    levels, missing = {}, []
    public = FORMATS[terms.format].price_of
    for lot in terms.lots:
        text = str(typed.get(f"price_{lot.number}") or "").strip()
        if text:
            levels[lot.number] = _amount(f"price_{lot.number}", text, scale_of_prices(lot))
        elif (level := public(lot) or known.get(lot.number)) is not None:
            levels[lot.number] = level
        else:
            missing.append(lot.number)
    return levels, missing


def _prices(typed: Typed, terms: Terms, known: Mapping[int, Decimal]) -> tuple[Price, ...]:
    if not terms.lots:
        raise TermsNotReady()
    levels, missing = price_levels(typed, terms, known)
    for lot in missing:
        raise wrong(
            f"price_{lot}",
            _("Give a price level for lot {lot}: nothing in the terms tells it.").format(lot=lot),
        )
    return tuple(Price(lot, amount) for lot, amount in levels.items())


def _whole(typed: Typed, field: str, low: int, high: int, usual: int) -> int:
    text = str(typed.get(field, "")).strip() or str(usual)
    if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) and low <= int(text) <= high:
        return int(text)
    raise wrong(field, _("Give a whole number from {low} to {high}.").format(low=low, high=high))


def _seed(typed: Typed) -> str:
    text = str(typed.get("seed") or "").strip()
    if not text:
        return secrets.token_hex(4)
    if SEED.fullmatch(text) is None:
        raise wrong("seed", _("At most 40 letters, digits, points, dashes and underscores."))
    return text


def _chosen(typed: Typed, field: str, kind: Any) -> tuple[Any, ...]:
    given = typed.get(field) or ()
    given = [given] if isinstance(given, str) else list(given)
    try:
        return tuple(dict.fromkeys(kind(str(each)) for each in given))
    except ValueError:
        raise wrong(field, _("This choice is not known.")) from None


def _costs(typed: Typed) -> Costs:
    (spread,) = _chosen(typed, "spread", Spread)[:1] or (Spread.UNIFORM,)
    usual = Costs()
    low = _percent(typed, "cost_low", usual.low)
    high = _percent(typed, "cost_high", usual.high)
    error = _percent(typed, "cost_error", usual.error)
    listed = _percents(typed, "cost_list", MOST_BOTS)
    if low > high:
        raise wrong("cost_high", _("The highest cost lies below the lowest."))
    if error >= 100:
        raise wrong("cost_error", _("Give less than 100 percent."))
    if spread is Spread.LIST and not listed:
        raise wrong("cost_list", _("Give the costs, in percent of the price level."))
    return Costs(spread=spread, low=low, high=high, error=error, listed=listed)


def _saving(typed: Typed, field: str) -> Decimal:
    """What a package, or a discount's condition, saves at most."""
    saving = _percent(typed, field, USUAL_SAVING)
    if saving >= 100:
        raise wrong(field, _("Give less than 100 percent."))
    return saving


def _percent(typed: Typed, field: str, usual: Decimal) -> Decimal:
    text = str(typed.get(field, "")).strip()
    return usual if not text else _a_percent(field, text)


def _a_percent(field: str, text: str) -> Decimal:
    value = _amount(field, text.rstrip("% "), PERCENT_SCALE)
    if not 0 < value <= 1000:
        raise wrong(field, _("Give a percentage above 0, at most 1000."))
    return Decimal(format(value.normalize(), "f"))


def _percents(typed: Typed, field: str, most: int) -> tuple[Decimal, ...]:
    given = typed.get(field) or ""
    parts: Sequence[Any] = re.split(r"[;\s]+", given) if isinstance(given, str) else given
    found = tuple(_a_percent(field, str(each)) for each in parts if str(each).strip("% "))
    if len(found) > most:
        raise wrong(field, _("At most {most} values.").format(most=most))
    return found


def _amount(field: str, text: str, scale: int) -> Decimal:
    try:
        value = parse_amount(text.strip().replace(",", "."), scale)
    except (AmountMalformed, AmountScale) as error:
        from infra.problems import message

        raise wrong(field, message(error)) from error
    if value <= 0:
        raise wrong(field, _("Give an amount above zero."))
    return value
