"""``manage.py platform_key``: make the platform's signing key, or show its public half."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from infra.keys import key_ring


class Command(BaseCommand):
    help = "Make the platform's signing key if there is none, and print its id and public half."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--rotate",
            action="store_true",
            help="make a new key for new auctions; those that pinned an older one keep it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ring = key_ring()
        signer = ring.rotate() if options["rotate"] else ring.current()
        self.stdout.write(f"key_id      {signer.key_id}")
        self.stdout.write(f"public key  {signer.public_key.hex()}")
        self.stdout.write(signer.public_pem.decode("ascii"), ending="")
