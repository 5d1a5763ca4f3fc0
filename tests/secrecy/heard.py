"""All that any logger says, at every level, SQL with its parameters among it."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper

from config import logs


class Heard(logging.Handler):
    """Keeps what each record says, is made of and would be written as."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.text = io.StringIO()
        self.loggers: set[str] = set()
        self._written = logs.formatter(plain=False)

    def emit(self, record: logging.LogRecord) -> None:
        """Message, arguments, error with its cause, whatever was added to it, and the line."""
        self.loggers.add(record.name)
        parts = [record.getMessage(), repr(record.args), repr(record.__dict__)]
        if record.exc_info and record.exc_info[1] is not None:
            parts += traceback.format_exception(record.exc_info[1])
        parts.append(self._written.format(record))
        self.text.write("\n".join(parts) + "\n")


@contextmanager
def everything_logged() -> Iterator[Heard]:
    """Whatever is logged from here on, below any level that an installation can set."""
    handler, before = Heard(), {}
    names = [name for name in logging.root.manager.loggerDict if name != "faker"]
    for each in (logging.root, *map(logging.getLogger, names)):
        before[each] = (each.level, each.propagate, each.disabled)
        each.setLevel(logging.DEBUG)
        each.propagate, each.disabled = True, False
    logging.root.addHandler(handler)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "queries_logged", property(lambda _self: True))
        try:
            yield handler
        finally:
            logging.root.removeHandler(handler)
            for each, (level, propagate, disabled) in before.items():
                each.setLevel(level)
                each.propagate, each.disabled = propagate, disabled
