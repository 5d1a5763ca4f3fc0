"""``manage.py auctiondecider``: started by a web process to decide its commands; not by hand."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from auctions.realtime import apart


class Command(BaseCommand):
    help = "Decides the commands of the web process that starts it, until that one ends."

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("descriptors", nargs="+", type=int)

    def handle(self, *args: Any, descriptors: list[int], **options: Any) -> None:
        # A Ctrl-C reaches the whole group: this one ends when the web process has let go of it.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        apart.serve(descriptors)
