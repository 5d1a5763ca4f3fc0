"""``check_recorded_auctions FILE``: do recorded auctions come out of the engine as they went?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from auctions import recorded


class Command(BaseCommand):
    help = "Run recorded auctions of three rounds in turns through the engine and compare."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="recordings, as docs/auctions/turns.md tells")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            recordings = recorded.read(options["file"])
        except (OSError, recorded.RecordingMalformed) as error:
            raise CommandError(str(error)) from error
        attempts = disagreements = 0
        for number, recording in enumerate(recordings, start=1):
            try:
                checked = recorded.check(recording)
            except recorded.RecordingMalformed as error:
                disagreements += 1
                self._tell(f"{number}: it cannot be read: {error}")
                continue
            attempts += checked.attempts
            disagreements += len(checked.disagreements)
            for text in checked.disagreements:
                self._tell(f"{number} ({checked.name}): {text}")
        self.stdout.write(
            f"{len(recordings)} auctions, {attempts} attempts, {disagreements} disagreements"
        )
        if disagreements:
            sys.exit(1)

    def _tell(self, text: str) -> None:
        """A line of the report; what the terminal cannot write is written as an escape."""
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
