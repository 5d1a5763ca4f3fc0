"""One catalog of errors: a stable code, a kind, and data; the edge renders it.

A page shows :meth:`FairfallError.message` beside the field, the API renders problem details
(RFC 9457) and the live protocol a ``refused`` message. ``docs/errors.md`` is printed from the
catalog, so every code is documented.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar


class Kind(StrEnum):
    """What the caller may do about an error; the edge maps it to an HTTP status."""

    INVALID = "invalid"  # 422: mend the input
    UNAUTHENTICATED = "unauthenticated"  # 401: sign in
    FORBIDDEN = "forbidden"  # 403: not yours to do
    NOT_FOUND = "not_found"  # 404: no such thing, or not yours to see
    CONFLICT = "conflict"  # 409: the state moved on
    PRECONDITION = "precondition"  # 412: read it again
    TOO_LARGE = "too_large"  # 413: send less
    LIMITED = "limited"  # 429: slow down
    UNAVAILABLE = "unavailable"  # 503: try again, same ref


class FairfallError(Exception):
    """Base of every refusal. Subclasses set ``code`` (``room.reason``), ``kind`` and ``text``.

    ``text`` is an English msgid with ``{name}`` places filled from ``data``; the edge translates
    it. ``field`` names the input the error belongs to, where there is one. ``data`` holds only
    strings, integers, booleans and lists of them, so that every edge can carry it.
    """

    code: ClassVar[str] = ""
    kind: ClassVar[Kind] = Kind.INVALID
    text: ClassVar[str] = ""

    def __init__(self, *, field: str | None = None, **data: Any) -> None:
        self.field = field
        self.data: dict[str, Any] = data
        super().__init__(self.code)

    @property
    def message(self) -> str:
        """The English sentence, filled in."""
        return self.text.format_map(_Lenient(self.data))

    def __eq__(self, other: object) -> bool:
        return (
            type(self) is type(other)
            and isinstance(other, FairfallError)
            and self.data == other.data
            and self.field == other.field
        )

    def __hash__(self) -> int:
        return hash((type(self), self.field))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.data!r})"


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def catalog() -> list[type[FairfallError]]:
    """Every error class with a code that is imported now, sorted by code."""
    found: dict[str, type[FairfallError]] = {}
    pending: list[type[FairfallError]] = [FairfallError]
    while pending:
        for child in pending.pop().__subclasses__():
            pending.append(child)
            if child.code:
                found[child.code] = child
    return [found[code] for code in sorted(found)]


def error_class(code: str) -> type[FairfallError] | None:
    """The class of that code, if it is imported now."""
    if code not in _by_code:
        _by_code.update({cls.code: cls for cls in catalog()})
    return _by_code.get(code)


_by_code: dict[str, type[FairfallError]] = {}
