"""A command that prints a document made from the code, or checks that a file holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class PrintedDocument(BaseCommand):
    """``document`` makes the text; ``path`` is where the repository keeps it."""

    path = ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail where the file differs")
        parser.add_argument("--write", action="store_true", help="write the file")

    def document(self) -> str:
        """The whole text, with a line feed at its end."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        text = self.document()
        file = Path(settings.BASE_DIR) / self.path
        if options["check"]:
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                raise CommandError(f"{self.path} is not what the code says: write it anew.")
        elif options["write"]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
