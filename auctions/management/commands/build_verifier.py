"""``manage.py build_verifier``: write the verifier people download."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from auctions.ledger.installed import verifier_folder
from auctions.ledger.packing import build_verifier


class Command(BaseCommand):
    help = "Write the verifier (one file, needs only Python 3.11) and print its SHA-256."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, help="where to; default: verifier below VAR_DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        path = build_verifier(options["folder"] or verifier_folder())
        self.stdout.write(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")
