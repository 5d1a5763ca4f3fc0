"""Reading the figures that operators are shown."""

from __future__ import annotations

from prometheus_client import REGISTRY

from config.metrics import LOOKED_UP


def value(name: str, **labels: str) -> float:
    """A figure as ``/metrics`` would tell it now; 0 where it was never told."""
    for registry in (REGISTRY, LOOKED_UP):
        found = registry.get_sample_value(name, labels)
        if found is not None:
            return found
    return 0.0


class Change:
    """By how much figures have grown since this was made, or since the last ``again``."""

    def __init__(self) -> None:
        self._before: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
        self.again()

    def again(self) -> None:
        self._before = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for metric in REGISTRY.collect()
            for sample in metric.samples
        }

    def of(self, name: str, **labels: str) -> float:
        return value(name, **labels) - self._before.get((name, tuple(sorted(labels.items()))), 0.0)
