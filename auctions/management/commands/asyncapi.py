"""``manage.py asyncapi``: docs/api/asyncapi.yaml from the messages of the live protocol."""

from __future__ import annotations

from auctions.management.commands._printed import PrintedDocument
from auctions.realtime.asyncapi import document


class Command(PrintedDocument):
    help = "Prints the AsyncAPI description of the live protocol."
    path = "docs/api/asyncapi.yaml"

    def document(self) -> str:
        return document()
