"""Keeps the demonstration's live auction going while somebody watches."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from redis import RedisError

from config.demo import live, watching
from config.demo.bots import Bots
from config.demo.tenders import sellers
from kernel.errors import FairfallError
from marketplace.tenders.models import Tender

log = logging.getLogger(__name__)
LOOK_EVERY = 2.0


class Command(BaseCommand):
    """Opens auctions, bids in them for five suppliers, ends them when nobody looks."""

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
        self._bots: dict[UUID, Bots] = {}

    def look(self) -> None:
        """Open, staff or end the auctions, as the viewers ask for.

        The viewers' auction is ended only after a while without any sign of them: an open page
        gives one three times a minute, also after Valkey has lost the last. The first one of all
        needs no viewers.
        """
        if not live.is_loaded():
            return
        first = live.first_tender()
        if first is None:
            live.confirm_first()
        else:
            self._staff(first)
        if not watching.is_watched():
            now = self._monotonic()
            if self._missed_since is None:
                self._missed_since = now
            if now - self._missed_since >= watching.MISSED_FOR:
                live.stop_unwatched()
            return
        self._missed_since = None
        self._staff(live.ensure_live_demo())

    def _staff(self, tender: Tender) -> None:
        auction = tender.auction_id
        if auction is None or (auction in self._bots and self._bots[auction].is_alive()):
            return
        self._bots = {key: bots for key, bots in self._bots.items() if bots.is_alive()}
        self._bots[auction] = Bots(
            url=self._url, auction_id=str(auction), sellers=sellers(), stop=self._stop
        )
        self._bots[auction].start()
