"""``manage.py rebuild_search``: the index of the catalog made again from its tables."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.search import indexing


class Command(BaseCommand):
    help = "Make the index of the catalog's search again; searching goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        done = indexing.rebuild(lambda count: self.stdout.write(f"{count} products"))
        self.stdout.write(f"Indexed {done} products.")
