"""``manage.py import_taxonomy TAXONOMY FILE``: brings in UNSPSC, ECLASS or own categories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reference.errors import TableRefused
from reference.imports.formats import IMPORTED
from reference.imports.services import import_file
from reference.wording import FAULTS, refusal


class Command(BaseCommand):
    help = (
        "Make a taxonomy what the file says: CSV or XLSX. Nothing is changed while a row is wrong. "
        "UNSPSC and ECLASS are licensed: bring your own file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("taxonomy", choices=[each.value for each in IMPORTED])
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            content = path.read_bytes()
            found = import_file(
                taxonomy=options["taxonomy"], name=path.name, content=content,
                dry_run=options["dry_run"],
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except TableRefused as error:
            raise CommandError(refusal(error)) from None
        for row, code, detail in found.summary["faults"]:
            self.stdout.write(f"  {row}: {FAULTS.get(code, code)} {detail}")
        counts = f"{found.new} new, {found.changed} changed, {found.gone} gone"
        if found.faults:
            raise CommandError(f"{found.faults} rows are wrong; nothing was changed ({counts}).")
        self.stdout.write(f"{counts}{'' if found.applied_at else '; nothing was changed'}")
