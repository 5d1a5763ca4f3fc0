"""(d) How late auctions close that are all due at one instant."""

from __future__ import annotations

import time
from datetime import timedelta
from itertools import islice

from django.db import transaction

from auctions.domain.terms import SoftClose
from bench import ledger
from bench.cast import Cast, new_auction, wait_until
from bench.errors import BenchError
from bench.house import House
from bench.percentiles import percentile
from bench.sizes import Sizes
from kernel.clock import utc_now

SEATS = 2
SAMPLE = 5  # auctions opened to see how long the others will take
SPARE = 2.0
LENGTH = timedelta(seconds=20)  # they start at one instant, too
SHORT = timedelta(seconds=4)  # for few of them
SOFT_CLOSE = SoftClose(window=timedelta(seconds=2), reset=timedelta(seconds=2))
LATEST = 60.0


def measure(house: House, cast: Cast, sizes: Sizes) -> float:
    """The 99th percentile in milliseconds from the deadline to the commit of the closing.

    The clocks wait for the watermark of the web process that runs beside them.
    """
    suppliers = list(islice(cast.suppliers, SEATS))
    far = utc_now() + timedelta(days=1)
    began = time.monotonic()
    for _ in range(SAMPLE):
        new_auction(cast.officer, suppliers, starts_at=far, length=LENGTH, soft_close=SOFT_CLOSE)
    pace = (time.monotonic() - began) / SAMPLE
    starts_at = utc_now() + timedelta(seconds=2 + SPARE * pace * sizes.due_at_once)
    length = LENGTH if sizes.due_at_once > 100 else SHORT
    with transaction.atomic():
        auctions = [
            new_auction(
                cast.officer, suppliers, starts_at=starts_at, length=length, soft_close=SOFT_CLOSE
            ).pk
            for _ in range(sizes.due_at_once)
        ]
    if utc_now() > starts_at:
        raise BenchError("the auctions were opened too slowly to start at one instant")
    with house.clocks(sizes.clocks):
        deadline = starts_at + length
        wait_until(deadline)
        until = time.monotonic() + LATEST
        while len(closed := ledger.closings_committed_at(auctions)) < len(auctions):
            if time.monotonic() > until:
                raise BenchError(f"only {len(closed)} of {len(auctions)} auctions closed")
            time.sleep(0.2)
    lateness = [moment - deadline.timestamp() for moment in closed]
    if min(lateness) < 0:
        raise BenchError("an auction closed before its deadline")
    return percentile(lateness, 0.99) * 1000
