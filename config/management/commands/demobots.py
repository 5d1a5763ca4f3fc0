"""Keeps the demonstration's live auction going while somebody watches."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from redis import RedisError

from config.demo import live, watching
from config.demo.bots import Bots
from config.demo.tenders import sellers
from kernel.errors import FairfallError

log = logging.getLogger(__name__)
LOOK_EVERY = 2.0


class Command(BaseCommand):
    """Opens an auction for viewers, bids in it for five suppliers, ends it without viewers."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="the site to bid at")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demobots runs only with the demonstration on (DEMO=1).")
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        runner = Runner(options["url"].rstrip("/"), stop)
        while not stop.wait(LOOK_EVERY):
            try:
                runner.look()
            except (DatabaseError, RedisError, FairfallError, OSError):
                log.exception("the demonstration waits")
                connection.close()


class Runner:
    """What one process does for the demonstration."""

    def __init__(
        self,
        url: str,
        stop: threading.Event,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._stop = stop
        self._monotonic = monotonic
        self._missed_since: float | None = None
        self._auction = ""
        self._bots: Bots | None = None

    def look(self) -> None:
        """Open, staff or end the auction, as the viewers ask for.

        It is ended only after a while without any sign of them: an open page gives one three
        times a minute, also after Valkey has lost the last.
        """
        if not watching.is_watched():
            now = self._monotonic()
            if self._missed_since is None:
                self._missed_since = now
            if now - self._missed_since >= watching.MISSED_FOR:
                live.stop_unwatched()
            return
        self._missed_since = None
        auction = str(live.ensure_live_demo().auction_id)
        if auction == self._auction and self._bots is not None and self._bots.is_alive():
            return
        self._auction = auction
        self._bots = Bots(url=self._url, auction_id=auction, sellers=sellers(), stop=self._stop)
        self._bots.start()
