"""What a rehearsal came to: figures of one run as a plain document, and quartiles over many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from auctions.domain import worth
from auctions.domain.codec import to_body
from auctions.domain.events import (
    BidPlaced,
    DeadlineMoved,
    LevelAccepted,
    LotStarted,
    OfferOpened,
    SealedPackagePlaced,
)
from auctions.domain.state import LotState
from auctions.rehearsal.play.simulate import Played
from auctions.rehearsal.play.unit_prices import unit_price
from kernel.decimals import to_wire

CENT = Decimal("0.01")
MOST_POINTS = 600  # of a kept price path


def figures_of(played: Played, *, with_path: bool) -> dict[str, Any]:
    """The run's figures; amounts and percents are decimal strings, times are seconds."""
    # Not of the state: a lot with rounds has the start of its last one.
    began = min(each.at for each in played.ledger if isinstance(each.event, LotStarted))
    ended = played.state.ended_at or played.ledger[-1].at
    document: dict[str, Any] = {
        "seconds": round((ended - began).total_seconds()),
        "extensions": sum(lot.extensions for lot in played.state.lots.values()),
        "bids": sum(_bids(lot) for lot in played.state.lots.values()) + _packages(played),
        "refused": played.refused,
        "whole": played.whole,
        "lots": [_lot(lot, played) for lot in played.state.lots.values()],
    }
    document["spent"] = _spent(played)
    if with_path:
        document["path"] = _path(played, began)
        document["bots"] = [
            {
                "seat": bot.seat,
                "strategy": bot.strategy.value,
                "costs": _kept(bot.costs),
                "together": None if bot.together is None else _kept(bot.together.costs),
                "condition": None if bot.condition is None else to_body(bot.condition),
            }
            for bot in played.bots
        ]
    return document


def _kept(costs: Mapping[int, Decimal]) -> dict[str, str]:
    return {str(lot): to_wire(cost) for lot, cost in costs.items()}


def _bids(lot: LotState) -> int:
    return sum(mine.bids for mine in lot.seats.values())


def _by_package(played: Played, lot: int) -> bool:
    packages = played.state.packages
    return bool(packages and packages.allocated and lot in packages.allocated.by_package)


def _with_discount(played: Played, winner: str | None) -> bool:
    """Whether the discount of this winner holds."""
    packages = played.state.packages
    return bool(packages and packages.allocated and winner in packages.allocated.discounts)


def _packages(played: Played) -> int:
    """How often one, or a discount, was sealed."""
    return sum(isinstance(each.event, SealedPackagePlaced) for each in played.ledger)


def _price(played: Played, lot: int, amount: Decimal) -> Decimal:
    terms = played.state.rules.lot(lot)
    return amount if terms is None else unit_price(terms, amount)


def _lot(lot: LotState, played: Played) -> dict[str, Any]:
    bots = played.bots
    costs = sorted((bot.costs[lot.number], bot.seat) for bot in bots)
    second = costs[1][0] if len(costs) > 1 else costs[0][0]
    price = None if lot.price is None else _price(played, lot.number, lot.price)
    return {
        "lot": lot.number,
        "outcome": "" if lot.outcome is None else lot.outcome.value,
        "winner": lot.winner or "",
        "price": None if price is None else to_wire(price),
        "cost": None if lot.winner is None else to_wire(_cost(played, lot.number, lot.winner)),
        "package": _by_package(played, lot.number),
        "discount": _with_discount(played, lot.winner),
        "second_cost": to_wire(second),
        # Vickrey's benchmark: what the price would be among bidders who never give in too early.
        "of_second": None if price is None else percent(price, second),
        "cheapest_won": lot.winner == costs[0][1],
        "extensions": lot.extensions,
    }


def _cost(played: Played, lot: int, winner: str) -> Decimal:
    """What the lot costs its winner, less where it goes by the package, and where the condition of
    its discount is met."""
    bot = next(bot for bot in played.bots if bot.seat == winner)
    cost = bot.costs[lot]
    if bot.together is not None and _by_package(played, lot):
        cost = bot.together.costs[lot]
    if bot.condition is not None and _with_discount(played, winner):
        cost = bot.condition.cost(cost, played.state.rules.lots[lot - 1].scale)
    return cost


def _spent(played: Played) -> str | None:
    """What the won lots cost, in percent of their price levels; None where nothing was won."""
    paid = level = Decimal(0)
    for lot in played.state.lots.values():
        terms = played.state.rules.lot(lot.number)
        if lot.price is not None and terms is not None:
            delivered = worth.quantity(terms, lot.price)
            paid += unit_price(terms, lot.price) * delivered
            level += played.bots[0].prices[lot.number] * delivered
    return percent(paid, level) if level else None


def _path(played: Played, began: Any) -> dict[str, Any]:
    """Leads by time of each lot, every bid as a unit price, and the extensions. A sealed offer
    stands where it was opened."""
    bids, moves = [], []
    for each in played.ledger:
        second = to_wire(Decimal(str((each.at - began).total_seconds())))
        if isinstance(each.event, BidPlaced | LevelAccepted | OfferOpened):
            lot, amount = each.event.lot, each.event.amount
            bids.append([lot, second, to_wire(_price(played, lot, amount)), each.event.seat])
        elif isinstance(each.event, DeadlineMoved):
            moves.append([each.event.lot, second, each.event.extension])
    ends = [
        [lot.number, round((lot.closed_at - began).total_seconds())]
        for lot in played.state.lots.values()
        if lot.closed_at is not None
    ]
    return {"bids": bids[-MOST_POINTS:], "moves": moves[-MOST_POINTS:], "ends": ends}


def percent(value: Decimal, of: Decimal) -> str:
    """To a hundredth of a percent."""
    return to_wire((value * 100 / of).quantize(CENT, ROUND_HALF_EVEN))


def quartiles(values: Iterable[Decimal]) -> list[Decimal]:
    """Least, first quartile, median, third quartile, greatest; between two values in proportion.

    Empty for no values.
    """
    ordered = sorted(values)
    if not ordered:
        return []
    found = []
    for quarter in range(5):
        whole, rest = divmod((len(ordered) - 1) * quarter, 4)
        low = ordered[whole]
        high = ordered[min(whole + 1, len(ordered) - 1)]
        found.append(low + (high - low) * rest / 4)
    return found


def _share(won: Sequence[Mapping[str, Any]], name: str) -> str | None:
    """Of the won lots, in percent; runs that were kept earlier do not say all."""
    if not won:
        return None
    return percent(Decimal(sum(bool(lot.get(name)) for lot in won)), Decimal(len(won)))


def summary(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Quartiles of one variant's runs, and how often a lot was won and by the cheapest."""
    lots = [lot for run in runs for lot in run["lots"]]
    won = [lot for lot in lots if lot["price"] is not None]
    return {
        "runs": len(runs),
        "seconds": quartiles(Decimal(run["seconds"]) for run in runs),
        "extensions": quartiles(Decimal(run["extensions"]) for run in runs),
        "bids": quartiles(Decimal(run["bids"]) for run in runs),
        "of_second": quartiles(Decimal(lot["of_second"]) for lot in won),
        "spent": quartiles(Decimal(run["spent"]) for run in runs if run["spent"] is not None),
        "won": percent(Decimal(len(won)), Decimal(len(lots))) if lots else None,
        "cheapest": _share(won, "cheapest_won"),
        "by_package": _share(won, "package"),
        "with_discount": _share(won, "discount"),
        "broken_off": sum(not run["whole"] for run in runs),
    }
