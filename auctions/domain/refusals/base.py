"""What all refusals are."""

from __future__ import annotations

from kernel.errors import FairfallError, Kind


class Refusal(FairfallError):
    """Base of what the rules of an auction refuse."""

    kind = Kind.CONFLICT
