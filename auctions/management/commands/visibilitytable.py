"""``manage.py visibilitytable``: docs/visibility.md from the table of who sees what."""

from __future__ import annotations

from auctions.domain.visibility import table_markdown
from auctions.management.commands._printed import PrintedDocument


class Command(PrintedDocument):
    help = "Prints the table of who sees what in an auction."
    path = "docs/visibility.md"

    def document(self) -> str:
        return table_markdown()
