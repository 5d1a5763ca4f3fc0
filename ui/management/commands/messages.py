"""``manage.py messages``: collect strings, update the languages' files, compile, check."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ui import i18n

ROOMS = [
    "auctions", "buyers", "config", "crm_core", "infra", "kernel", "marketplace", "reference",
    "suppliers", "ui",
]  # fmt: skip
SHOWN = 40


class Command(BaseCommand):
    """Update the translation files; or only compile them, or only check them."""

    help = "Collect strings to translate and update, compile or check the languages' files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The three ways to run, and pruning."""
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--compile", action="store_true", help="only write the .mo files")
        mode.add_argument(
            "--check", action="store_true", help="fail on anything missing, fuzzy or outdated"
        )
        parser.add_argument("--prune", action="store_true", help="drop obsolete translations")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run for every language but the one the strings are written in."""
        folder = Path(settings.LOCALE_PATHS[0])
        files = {
            language: i18n.po_path(folder, language)
            for language, _name in settings.LANGUAGES
            if language != "en"
        }
        if options["compile"]:
            self._compile(files)
            return
        strings = i18n.collect(Path(settings.BASE_DIR), ROOMS)
        if options["check"]:
            self._check(files, strings)
            return
        for language, path in files.items():
            i18n.update(path, language, strings, prune=options["prune"])
            left = len(i18n.faults(path, language, strings))
            self.stdout.write(f"{language}: {len(strings.places)} strings, {left} to translate")
        self._compile(files)

    def _compile(self, files: dict[str, Path]) -> None:
        for language, path in files.items():
            if path.is_file() and i18n.compile_file(path, language):
                self.stdout.write(f"{language}: compiled")

    def _check(self, files: dict[str, Path], strings: i18n.Strings) -> None:
        found = [
            fault
            for language, path in files.items()
            for fault in i18n.faults(path, language, strings)
        ]
        if found:
            more = f"\n… and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
            raise CommandError(
                "\n".join(found[:SHOWN])
                + more
                + "\nRun manage.py messages, translate what it adds, and run it again."
            )
        self.stdout.write(f"{len(strings.places)} strings are translated in every language.")
