"""The base of all messages."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=False, tag_field="type"):
    """Base of all messages."""
