"""``manage.py import_mappings FROM TO FILE``: which categories of two taxonomies correspond."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reference.errors import TableRefused
from reference.imports.mappings import import_mappings
from reference.models import Taxonomy
from reference.wording import FAULTS, refusal

SHOWN = 50


class Command(BaseCommand):
    help = (
        "Make what corresponds between two taxonomies what the file says: columns from, to and "
        "relation (exact, broader, narrower). Nothing is changed while a row is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=Taxonomy.values)
        parser.add_argument("target", choices=Taxonomy.values)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            found = import_mappings(
                source=options["source"], target=options["target"], content=path.read_bytes(),
                apply=not options["dry_run"],
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except TableRefused as error:
            raise CommandError(refusal(error)) from None
        for each in found.faults[:SHOWN]:
            self.stdout.write(f"  {each.row}: {FAULTS.get(each.code, each.code)} {each.detail}")
        counts = f"{found.new} new, {found.changed} changed, {found.gone} gone"
        if found.faults:
            raise CommandError(f"{len(found.faults)} rows are wrong; nothing was changed.")
        self.stdout.write(f"{counts}{'' if found.applied else '; nothing was changed'}")
