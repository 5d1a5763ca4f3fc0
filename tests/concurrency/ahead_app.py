"""The ASGI application of a machine whose clock is ``CLOCK_AHEAD`` seconds ahead of the others'."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import time_machine

_ahead = timedelta(seconds=float(os.environ["CLOCK_AHEAD"]))
time_machine.travel(datetime.now(UTC) + _ahead, tick=True).start()

from asgi import application  # noqa: E402

__all__ = ["application"]
