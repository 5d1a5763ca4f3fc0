"""``manage.py auctionclock``: decide what is due in every auction, until stopped."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from auctions.clock import AuctionClock


class Command(BaseCommand):
    help = "Starts, resumes and closes lots at their moments. Any number may run side by side."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        AuctionClock().run(stop.is_set, stop.wait)
