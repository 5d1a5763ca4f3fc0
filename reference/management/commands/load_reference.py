"""``manage.py load_reference``: currencies, units and categories as shipped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reference.loading import load_all


class Command(BaseCommand):
    help = "Load the shipped lists of currencies, units and categories."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, rows in load_all().items():
            self.stdout.write(f"{name}: {rows or 'up to date'}")
