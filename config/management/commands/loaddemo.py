"""``manage.py loaddemo``: fill a demonstration; repeatable."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo.loaders import LOADERS


class Command(BaseCommand):
    help = "Load the demonstration's companies, people, tenders and auctions."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is no demonstration (DEMO is off): nothing was loaded.")
        for load in LOADERS:
            with transaction.atomic():
                load(self.stdout.write)
