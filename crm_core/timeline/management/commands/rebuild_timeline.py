"""``manage.py rebuild_timeline``: tells every timeline anew from the events it was made of."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm_core.timeline.rebuild import rebuild, streams


class Command(BaseCommand):
    help = "Make timelines anew from the events they were made of; the result is the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stream", action="append", metavar="URN",
            help="only what this tender or auction told; may be given several times",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["stream"] or streams()
        told, failed = 0, []
        for stream in chosen:
            done = rebuild(stream)
            told += done.events
            failed += done.failed
        self.stdout.write(f"{len(chosen)} streams, {told} events, {len(failed)} failed")
        if failed:
            raise CommandError("not told: " + "; ".join(failed[:20]))
