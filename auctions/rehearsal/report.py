"""A rehearsal as people read it: each variant's figures, the first run's price path, charts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from auctions.domain.codec import from_body
from auctions.domain.terms import Format, terms_from_document
from auctions.rehearsal import drawing
from auctions.rehearsal.models import Rehearsal
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.condition import Condition
from auctions.rehearsal.play.costs import Costs, Spread
from auctions.rehearsal.play.figures import summary
from auctions.rehearsal.play.variants import Variant
from auctions.rehearsal.setup import setup_from
from kernel.decimals import to_wire
from ui import formatting

STRATEGIES = {
    Strategy.STRAIGHT: gettext_lazy("straightforward: the next valid bid, down to its cost"),
    Strategy.JUMP: gettext_lazy("jump bidder: few and large steps"),
    Strategy.SNIPER: gettext_lazy("sniper: waits for the last seconds"),
    Strategy.TIMID: gettext_lazy("timid: slow, and stops above its cost"),
    Strategy.RANDOM: gettext_lazy("random: any pace, any step"),
}
SPREADS = {
    Spread.UNIFORM: gettext_lazy("evenly between lowest and highest"),
    Spread.NORMAL: gettext_lazy("most near the middle (normal)"),
    Spread.COMMON: gettext_lazy("one true cost, each misjudges it (common value)"),
    Spread.LIST: gettext_lazy("as listed"),
}
FORMATS: dict[str, Any] = {
    "english": gettext_lazy("English"),
    "sealed": gettext_lazy("Sealed first price"),
    "vickrey": gettext_lazy("Vickrey (second price)"),
    "sealed_rounds": gettext_lazy("Multi-round sealed"),
    "open_closed": gettext_lazy("Open, then closed"),
    "budget": gettext_lazy("Fixed budget"),
    "dutch": gettext_lazy("Dutch"),
    "japanese": gettext_lazy("Japanese"),
    "turns": gettext_lazy("Rounds in turns"),
}
TABLE_ROWS = 200


def format_name(name: Format) -> str:
    """A format as it is called."""
    return str(FORMATS.get(name.value, name.value.replace("_", " ").capitalize()))


def variant_name(variant: Variant) -> str:
    """What is other in a variant, in words."""
    if variant.real:
        return _("As in the terms")
    if variant.step is not None:
        step = f"{formatting.figure(variant.step)}{formatting.NBSP}%"
        return _("Step {step}").format(step=step)
    return format_name(variant.format)


def variants_of(rehearsal: Rehearsal) -> list[Variant]:
    """What it compares, in order."""
    return setup_from(rehearsal.setup).variants(terms_from_document(rehearsal.terms))


def figures_by_variant(rehearsal: Rehearsal) -> list[list[dict[str, Any]]]:
    """The kept runs of each variant, by number; one query."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for variant, figures in rehearsal.runs.order_by("variant", "number").values_list(
        "variant", "figures"
    ):
        found[variant].append(figures)
    return [found[place] for place in range(len(variants_of(rehearsal)))]


def report(rehearsal: Rehearsal, *, lot: int = 1) -> dict[str, Any]:
    """Everything the page shows."""
    terms = terms_from_document(rehearsal.terms)
    setup = setup_from(rehearsal.setup)
    runs = figures_by_variant(rehearsal)
    rows = [
        {"number": place + 1, "name": variant_name(variant), "real": variant.real, **summary(kept)}
        for place, (variant, kept) in enumerate(zip(setup.variants(terms), runs, strict=True))
    ]
    numbers = [lot_terms.number for lot_terms in terms.lots]
    lot = lot if lot in numbers else numbers[0]
    return {
        "terms": terms,
        "setup": setup,
        "format": format_name(terms.format),
        "strategies": [STRATEGIES[each] for each in setup.strategies],
        "rows": rows,
        "real": rows[0],
        "lots": terms.lots,
        "lot": lot,
        "lot_terms": terms.lot(lot),
        "costs": costs_in_words(setup.costs),
        "saving": _saving(setup.costs.saving),
        "discount_saving": _saving(setup.costs.discount_saving),
        "kpis": _kpis(rows[0], setup.costs),
        "charts": {"ratios": _ratios(runs[0])},
        "comparisons": _comparisons(rows),
        "first": _first(runs[0], lot),
    }


def costs_in_words(costs: Costs) -> str:
    """How the bidders' costs were drawn."""
    if costs.spread is Spread.LIST:
        numbers = "; ".join(_percent(each) for each in costs.listed)
    else:
        numbers = f"{_percent(costs.low)} – {_percent(costs.high)}"
    if costs.spread is Spread.COMMON:
        numbers += f", ± {_percent(costs.error)}"
    return f"{numbers}: {SPREADS[costs.spread]}"


def _saving(most: Decimal | None) -> str:
    """What a package, or a discount's condition, saves at most; empty where none is taken."""
    return "" if most is None else _percent(most)


def _kpis(real: dict[str, Any], costs: Costs) -> list[dict[str, str]]:
    """The figures somebody looks for first, on the terms as they are."""

    def half(name: str, words: Any) -> tuple[str, str]:
        values = real[name]
        if not values:
            return formatting.NOTHING, ""
        between = _("half of the runs: {low} to {high}")
        return words(values[2]), between.format(low=words(values[1]), high=words(values[3]))

    seconds, seconds_note = half("seconds", _time)
    extensions, extensions_note = half("extensions", _count)
    spent, spent_note = half("spent", _percent)

    def share(name: str) -> str:
        return formatting.NOTHING if real[name] is None else _percent(Decimal(real[name]))

    by_package = [{"label": _("Won by a package"), "value": share("by_package"), "note": ""}]
    discounted = [{"label": _("Won with a discount"), "value": share("with_discount"), "note": ""}]
    return [
        {"label": _("Likely duration"), "value": seconds, "note": seconds_note},
        {"label": _("Extensions"), "value": extensions, "note": extensions_note},
        {"label": _("Paid of the price level"), "value": spent, "note": spent_note},
        {"label": _("Won by the lowest cost"), "value": share("cheapest"), "note": ""},
        *(by_package if costs.saving is not None else []),
        *(discounted if costs.discount_saving is not None else []),
    ]


def _comparisons(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One chart with its table for each figure that is compared."""
    asked: list[tuple[str, Any, str, str, dict[str, Any]]] = [
        (
            "seconds", _time, _("Duration"),
            _("From the first start to the last close. The box holds half of the runs."),
            {"steps": drawing.MINUTE_STEPS, "zero": True},
        ),
        (
            "extensions", _count, _("Extensions of all lots"),
            _("How often a late bid moved a deadline."), {"zero": True},
        ),
        (
            "of_second", _percent, _("Price against the second-lowest cost, compared"),
            _("The dashed line is the second-lowest cost."), {"line": Decimal(100)},
        ),
        (
            "spent", _percent, _("Paid, compared"),
            _("What the won lots cost together, in percent of their price levels."), {},
        ),
    ]  # fmt: skip
    return [
        {
            "name": name,
            "heading": heading,
            "about": about,
            "chart": drawing.boxes(
                [(str(row["number"]), row[name]) for row in rows], words, **more
            ),
            "rows": [
                {
                    "number": row["number"],
                    "name": row["name"],
                    "values": [words(value) for value in row[name]] or [formatting.NOTHING] * 5,
                }
                for row in rows
            ],
        }
        for name, words, heading, about, more in asked
    ]


def _ratios(real: list[dict[str, Any]]) -> dict[str, Any] | None:
    return drawing.bars(
        [
            Decimal(lot["of_second"])
            for run in real
            for lot in run["lots"]
            if lot["of_second"] is not None
        ],
        _percent,
    )


def _first(real: list[dict[str, Any]], lot: int) -> dict[str, Any]:
    """The price path of the first run on the terms as they are, and who took part."""
    if not real:
        return {}
    path, bots = real[0]["path"], real[0]["bots"]
    bids = [
        {"second": int(Decimal(second)), "amount": amount, "seat": seat}
        for number, second, amount, seat in path["bids"]
        if number == lot
    ]
    outcome = next((each for each in real[0]["lots"] if each["lot"] == lot), None)
    return {
        "path": drawing.price_path(path, lot, price=_count, time=_time),
        "bids": bids[-TABLE_ROWS:],
        "moves": [
            {"second": int(Decimal(second)), "number": number}
            for which, second, number in path["moves"]
            if which == lot
        ],
        "outcome": outcome,
        "bots": [
            {
                "seat": bot["seat"],
                "strategy": STRATEGIES[Strategy(bot["strategy"])],
                "cost": bot["costs"][str(lot)],
                "package": ", ".join(bot.get("together") or ()),
                "condition": _condition(bot.get("condition")),
                "won": outcome is not None and outcome["winner"] == bot["seat"],
            }
            for bot in bots
        ],
    }


def _condition(kept: dict[str, Any] | None) -> str:
    """The condition of a bot's discount, in words."""
    if kept is None:
        return ""
    condition = from_body(Condition, kept)
    if condition.lots:
        return _("lots {lots}").format(lots=", ".join(map(str, condition.lots)))
    return ngettext("at least {n} lot", "at least {n} lots", condition.count).format(
        n=condition.count
    )


def _time(seconds: Decimal) -> str:
    return formatting.duration(int(seconds)) if seconds else "0"


def _count(value: Decimal) -> str:
    return formatting.figure(to_wire(value.quantize(Decimal("0.0001")).normalize()))


def _percent(value: Decimal) -> str:
    return formatting.percent(value, 0 if value == value.to_integral_value() else 1)


def document(rehearsal: Rehearsal) -> dict[str, Any]:
    """Everything kept of it, for programs: amounts and percents as decimal strings."""
    variants, runs = variants_of(rehearsal), figures_by_variant(rehearsal)
    return {
        **head(rehearsal),
        "terms": rehearsal.terms,
        "variants": [
            {
                "key": variant.key,
                "format": variant.format.value,
                "step_percent": None if variant.step is None else to_wire(variant.step),
                "real": variant.real,
                "summary": _wire(summary(kept)),
                "runs": kept,
            }
            for variant, kept in zip(variants, runs, strict=True)
        ],
    }


def head(rehearsal: Rehearsal) -> dict[str, Any]:
    """What it is and how far it is."""
    return {
        "id": str(rehearsal.pk),
        "subject": rehearsal.subject_urn,
        "title": rehearsal.title,
        "state": rehearsal.state,
        "done": rehearsal.done,
        "total": rehearsal.total,
        "created_at": rehearsal.created_at,
        "finished_at": rehearsal.finished_at,
        "setup": rehearsal.setup,
    }


def _wire(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [to_wire(each) for each in value] if isinstance(value, list) else value
        for name, value in found.items()
    }


def csv_titles() -> list[str]:
    """The columns of the file: one row a run and lot."""
    return [
        _("Variant"), _("Run"), _("Seconds"), _("Extensions"), _("Bids"), _("Refused"), _("Lot"),
        _("Outcome"), _("Winner"), _("Price"), _("Winner's cost"), _("Second-lowest cost"),
        _("Price in percent of the second-lowest cost"), _("By a package"), _("With a discount"),
    ]  # fmt: skip


def csv_rows(rehearsal: Rehearsal) -> Iterator[list[str | int]]:
    """The rows."""
    for variant, kept in zip(variants_of(rehearsal), figures_by_variant(rehearsal), strict=True):
        for number, run in enumerate(kept):
            for lot in run["lots"]:
                yield [
                    variant_name(variant), number + 1, run["seconds"], lot["extensions"],
                    run["bids"], run["refused"], lot["lot"], lot["outcome"], lot["winner"],
                    lot["price"] or "", lot["cost"] or "", lot["second_cost"],
                    lot["of_second"] or "",
                    *(_("yes") if lot.get(how) else _("no") for how in ("package", "discount")),
                ]  # fmt: skip
