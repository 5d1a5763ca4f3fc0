"""Names for seats whose suppliers the terms hide from a blind buyer."""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac

from kernel.ids import ALPHABET

LENGTH = 4


def alias_of(auction_id: UUID, seat: str) -> str:
    """The seat's name to a blind buyer: the same in every process, guessable by nobody."""
    digest = salted_hmac("auctions.alias", f"{auction_id}:{seat}").digest()
    return "~" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:LENGTH])
