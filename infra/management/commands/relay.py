"""``manage.py relay``: deliver facts to their handlers until told to stop."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import Error, connection

from infra.nudge import Listener
from infra.relay import drain

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Deliver outbox messages and ledger entries to their handlers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due, then stop")
        parser.add_argument("--poll", type=float, default=0.5, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{drain()} delivered")
            return
        self.running = True
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        listener = Listener()
        log.info("the relay runs")
        while self.running:
            try:
                drain(rounds=20)
            except Error as error:
                # The database restarts now and then; the relay outlives it.
                log.warning("the relay cannot reach the database", why=type(error).__name__)
                connection.close()
                time.sleep(2)
            listener.wait(options["poll"])

    def stop(self, *_signal: Any) -> None:
        self.running = False
