"""``manage.py import_list FILE...``: imports a version of a sanctions list from files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm_core.people.models import User
from crm_core.screening.services.imports import import_files
from crm_core.screening.wording import FORMATS, HELD
from infra.problems import message
from kernel.errors import FairfallError


class Command(BaseCommand):
    help = (
        "Import a version of a list: OFAC, UK, EU, UN or FollowTheMoney; the format is told by the "
        "file. OFAC's sdn.csv, alt.csv and add.csv are given together."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--source", default="", metavar="CODE",
            help="the list's code, if it is not the format's own (a FollowTheMoney data set, "
            "OFAC's list of others than SDNs)",
        )  # fmt: skip
        parser.add_argument(
            "--hold", action="store_true", help="read it, and leave activating to a person"
        )
        parser.add_argument("--by", default="", metavar="EMAIL", help="who imports it")

    def handle(self, *args: Any, **options: Any) -> None:
        by = options["by"]
        user = User.objects.filter(email=by.strip().lower()).first() if by else None
        if by and user is None:
            raise CommandError(f"Nobody has the address {by}.")
        try:
            version = import_files(
                paths=options["files"],
                source=options["source"],
                activate=not options["hold"],
                user_id=user.pk if user is not None else None,
            )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        except FairfallError as error:
            raise CommandError(message(error)) from None
        self.stdout.write(
            f"{version.source.code}, version {version.number} ({FORMATS[version.format]}): "
            f"{version.entities} entities, {version.names} names, "
            f"{version.faults} unreadable rows; "
            f"{version.new} new, {version.changed} changed, {version.gone} gone"
        )
        for fault in version.fault_rows.all()[:20]:
            self.stdout.write(f"  {fault.place}: {fault.code} {fault.detail}")
        if version.held_because:
            self.stdout.write(f"Not active: {HELD[version.held_because]}")
        else:
            self.stdout.write("Active.")
