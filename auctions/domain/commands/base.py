"""Who acts, and for whom."""

from __future__ import annotations

from enum import StrEnum

BUYER = "buyer"
EVERYONE = "all"


class Officer(StrEnum):
    """On whose behalf an officer acts; the person is kept outside the ledger."""

    BUYER = "buyer"
    NEUTRAL = "neutral"  # a person of the operator, on neither side
    PLATFORM = "platform"
