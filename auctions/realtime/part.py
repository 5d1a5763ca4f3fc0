"""The base of what messages are made of."""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Closed: an unknown field is an error."""
