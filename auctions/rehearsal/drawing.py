"""Charts as shapes: what a template writes into an SVG. Every coordinate is text for attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

WIDTH = 440
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 14, 26
ROW = 30
HEIGHT = 240
Words = Callable[[Decimal], str]
NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
MINUTE_STEPS = tuple(
    Decimal(each)
    for each in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800,
                 86400, 172800, 604800)
)  # fmt: skip


def at(value: Decimal | float) -> str:
    """A coordinate, with a point in every language."""
    return f"{float(value):.1f}"


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to pixels along one axis."""

    low: Decimal
    high: Decimal
    start: int
    end: int

    def __call__(self, value: Decimal) -> float:
        span = self.high - self.low or Decimal(1)
        return self.start + float((value - self.low) / span) * (self.end - self.start)


def ticks(low: Decimal, high: Decimal, count: int, steps: Sequence[Decimal] = ()) -> list[Decimal]:
    """Round values from at or below ``low`` to at or above ``high``, about ``count`` of them."""
    span = max(high - low, Decimal("0.01"))
    rough = span / count
    if steps:
        step = next((each for each in steps if each >= rough), rough)
    else:
        power = Decimal(10) ** (rough.adjusted())
        step = next(power * each for each in NICE if power * each >= rough)
    first = (low / step).to_integral_value(rounding="ROUND_FLOOR") * step
    found = [first]
    while found[-1] < high:
        found.append(found[-1] + step)
    return found


def boxes(
    rows: Iterable[tuple[str, Sequence[Decimal]]],
    words: Words,
    *,
    steps: Sequence[Decimal] = (),
    zero: bool = False,
    line: Decimal | None = None,
) -> dict[str, Any] | None:
    """Quartiles as horizontal boxes, one row a variant; ``line`` is a value to compare with."""
    shown = [(name, values) for name, values in rows if values]
    if not shown:
        return None
    low = min(values[0] for _, values in shown)
    high = max(values[-1] for _, values in shown)
    low, high = (min(low, line), max(high, line)) if line is not None else (low, high)
    marks = ticks(Decimal(0) if zero else low, high, 4, steps)
    x = Scale(marks[0], marks[-1], 30, WIDTH - 34)
    height = TOP + ROW * len(shown) + BOTTOM
    return {
        "width": WIDTH,
        "height": height,
        "foot": at(height - BOTTOM),
        "text": at(height - 8),
        "ticks": [{"x": at(x(mark)), "words": words(mark)} for mark in marks],
        "line": None if line is None else at(x(line)),
        "rows": [_box(place, name, values, x) for place, (name, values) in enumerate(shown)],
    }


def _box(place: int, name: str, values: Sequence[Decimal], x: Scale) -> dict[str, str]:
    middle = TOP + ROW * place + ROW / 2
    low, first, median, third, high = (x(value) for value in values)
    return {
        "name": name,
        "y": at(middle),
        "label": at(middle + 4),
        "top": at(middle - 8),
        "head": at(middle - 5),
        "tail": at(middle + 5),
        "bottom": at(middle + 8),
        "low": at(low),
        "first": at(first),
        "wide": at(max(third - first, 1)),
        "median": at(median),
        "third": at(third),
        "high": at(high),
    }


def price_path(
    path: dict[str, Any], lot: int, *, price: Words, time: Words
) -> dict[str, Any] | None:
    """The lead of one lot over time as a step line, every bid as a dot, extensions marked."""
    bids = [
        (Decimal(second), Decimal(amount), seat)
        for number, second, amount, seat in path["bids"]
        if number == lot
    ]
    if not bids:
        return None
    end = next((Decimal(second) for number, second in path["ends"] if number == lot), bids[-1][0])
    leads: list[tuple[Decimal, Decimal]] = []
    for second, amount, _seat in bids:
        if not leads or amount < leads[-1][1]:
            leads.append((second, amount))
    first = min(Decimal(0), bids[0][0])
    times = ticks(first, max(end, bids[-1][0]), 4, MINUTE_STEPS)
    prices = ticks(leads[-1][1], max(amount for _, amount, _ in bids), 4)
    x = Scale(times[0], times[-1], LEFT, WIDTH - RIGHT)
    y = Scale(prices[0], prices[-1], HEIGHT - BOTTOM, TOP)
    points = [(x(leads[0][0]), y(leads[0][1]))]
    for second, amount in leads[1:]:
        points += [(x(second), points[-1][1]), (x(second), y(amount))]
    points.append((x(end), points[-1][1]))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": str(LEFT),
        "right": str(WIDTH - RIGHT),
        "top": str(TOP),
        "foot": at(HEIGHT - BOTTOM),
        "text": at(HEIGHT - 8),
        "line": " ".join(f"{at(left)},{at(top)}" for left, top in points),
        "dots": [{"x": at(x(second)), "y": at(y(amount))} for second, amount, _ in bids],
        "marks": [
            {"x": at(x(Decimal(second))), "number": number}
            for which, second, number in path["moves"]
            if which == lot
        ],
        "xs": [{"x": at(x(mark)), "words": time(mark)} for mark in times],
        "ys": [
            {"y": at(y(mark)), "label": at(y(mark) + 4), "words": price(mark)} for mark in prices
        ],
        "end": at(x(end)),
    }


def bars(values: Sequence[Decimal], words: Words) -> dict[str, Any] | None:
    """How many values fall into each of some equal ranges."""
    if not values:
        return None
    edges = ticks(min(values), max(values), 8)
    if len(edges) < 2:
        edges.append(edges[0] + 1)
    counts = [0] * (len(edges) - 1)
    for value in values:
        place = next((i for i in range(len(counts)) if value < edges[i + 1]), len(counts) - 1)
        counts[place] += 1
    most = max(counts)
    x = Scale(edges[0], edges[-1], LEFT, WIDTH - RIGHT)
    y = Scale(Decimal(0), Decimal(most), HEIGHT - BOTTOM, TOP + 12)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": str(LEFT),
        "right": str(WIDTH - RIGHT),
        "foot": at(HEIGHT - BOTTOM),
        "text": at(HEIGHT - 8),
        "bars": [
            {
                "x": at(x(low) + 1),
                "wide": at(max(x(high) - x(low) - 2, 1)),
                "y": at(y(Decimal(count))),
                "high": at(HEIGHT - BOTTOM - y(Decimal(count))),
                "middle": at((x(low) + x(high)) / 2),
                "count_y": at(y(Decimal(count)) - 4),
                "count": count,
                "from": words(low),
                "to": words(high),
            }
            for low, high, count in zip(edges, edges[1:], counts, strict=False)
        ],
        "ticks": [
            {"x": at(x(edge)), "words": words(edge)} for edge in edges[:: 1 + len(edges) // 6]
        ],
    }
