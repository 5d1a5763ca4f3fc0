"""Texts that people write: what a ledger body can carry, and reasons that must be given."""

from __future__ import annotations

from auctions.domain.refusals import ReasonMissing, TextMalformed


def storable(text: str) -> str:
    """The text itself; raises TextMalformed on NUL or half a surrogate pair."""
    if "\0" in text:
        raise TextMalformed()
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise TextMalformed() from error
    return text


def reason(text: str) -> str:
    """A given reason without outer blanks; raises ReasonMissing or TextMalformed."""
    stripped = storable(text).strip()
    if not stripped:
        raise ReasonMissing(field="reason")
    return stripped
