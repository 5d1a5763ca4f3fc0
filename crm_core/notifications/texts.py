"""Filling a notice's sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def filled(text: str, data: Mapping[str, Any]) -> str:
    """The msgid ``text`` in the active language with its ``{name}`` places filled."""
    return gettext(text).format_map(_Lenient(data))


def parted(text: str) -> tuple[str, str]:
    """The first line, which says what happened, and the rest."""
    headline = next(iter(text.splitlines()), "")
    return headline, text[len(headline) :].strip()
