"""Reading the log as an operator does: the lines that would have been written, of every logger."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from config import logs


class Lines(io.StringIO):
    """The text of the log, and its lines as objects."""

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, event: str, **fields: Any) -> list[dict[str, Any]]:
        """The lines of that event with those fields."""
        return [
            line for line in self.all()
            if line["event"] == event and fields.items() <= line.items()
        ]  # fmt: skip


@contextmanager
def captured(level: int = logging.DEBUG) -> Iterator[Lines]:
    """Every line from here on as it would be written; ours from ``level`` on."""
    lines = Lines()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logs.formatter(plain=False))
    loggers = [logging.getLogger(name) for name in ("", *logs.OURS)]
    before = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(level)
    loggers[0].setLevel(max(level, logging.INFO))
    loggers[0].addHandler(handler)
    try:
        yield lines
    finally:
        loggers[0].removeHandler(handler)
        for each, was in zip(loggers, before, strict=True):
            each.setLevel(was)
