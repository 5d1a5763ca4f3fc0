"""How long what was seen of connections is kept.

Hashes of addresses and devices serve one purpose, the look after the close, and are emptied soon
after it. When a seat was connected is part of the evidence of an automatic pause and is kept
longer.
"""

from __future__ import annotations

from datetime import timedelta

from auctions.models import SeatConnection
from kernel.clock import utc_now

ORIGINS_KEPT = timedelta(days=90)
HISTORY_KEPT = timedelta(days=365)


def forget_connections() -> int:
    """Empty and delete what is older; how many rows were touched."""
    now = utc_now()
    deleted, _ = SeatConnection.objects.filter(opened_at__lt=now - HISTORY_KEPT).delete()
    old = SeatConnection.objects.filter(opened_at__lt=now - ORIGINS_KEPT)
    return deleted + old.exclude(address="", device="").update(address="", device="")
