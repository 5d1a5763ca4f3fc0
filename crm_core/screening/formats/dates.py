"""Dates as publishers write them: partial, approximate, in ranges."""

from __future__ import annotations

import re
from datetime import date

from crm_core.screening.formats.listed import clean

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?")
_SLASHED = re.compile(r"(\d{1,2}|dd)[/.](\d{1,2}|mm)[/.](\d{4})", re.IGNORECASE)
_SHORT = re.compile(r"(\d{1,2}|mm)[/.](\d{4})", re.IGNORECASE)
_WORDED = re.compile(r"(?:(\d{1,2})[ -])?(?:([A-Za-z]{3})[a-z]*[ -])?(\d{4})")
_ABOUT = re.compile(r"^(?:circa|approximately|approx\.?|c\.|between)\s+", re.IGNORECASE)
_RANGE = re.compile(r"\s+(?:to|and|-)\s+", re.IGNORECASE)


def partial(text: str | None) -> str:
    """``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, two of them with a slash between, or nothing.

    Reads ISO dates, ``10 Dec 1948``, ``Dec 1948``, ``19/06/1951``, ``00/00/1975``, ``dd/mm/1945``,
    ``circa 1960`` and ``1950 to 1955``.
    """
    whole = _ABOUT.sub("", clean(text))
    ends = [_one(part) for part in _RANGE.split(whole, maxsplit=1)]
    if not all(ends):
        return ""
    return "/".join(dict.fromkeys(ends))


def assembled(year: str | None, month: str | None, day: str | None) -> str:
    """A partial date of parts, of which the latter may be missing or zero."""
    return _checked(clean(year), clean(month), clean(day))


def whole_day(text: str | None) -> date | None:
    """A complete date in any of the forms of :func:`partial`, or None."""
    found = partial(text)
    return date.fromisoformat(found) if len(found) == 10 else None


def month_first(text: str | None) -> date | None:
    """``06/22/2026`` as the United States write it, or None."""
    month, _, rest = clean(text).partition("/")
    day, _, year = rest.partition("/")
    found = assembled(year, month, day)
    return date.fromisoformat(found) if len(found) == 10 else None


def _one(text: str) -> str:
    if found := _ISO.fullmatch(text):
        return _checked(*found.groups())
    if found := _SLASHED.fullmatch(text):
        day, month, year = found.groups()
        return _checked(year, month, day)
    if found := _SHORT.fullmatch(text):
        month, year = found.groups()
        return _checked(year, month, "")
    if found := _WORDED.fullmatch(text):
        day, name, year = found.groups()
        month = str(_MONTHS.get((name or "").lower(), ""))
        return "" if name and not month else _checked(year, month, day if month else "")
    return ""


def _checked(year: str | None, month: str | None, day: str | None) -> str:
    """The parts as far as they are numbers of the calendar."""
    if not (year and year.isdigit() and len(year) == 4 and int(year) > 0):
        return ""
    if not (month and month.isdigit() and 1 <= int(month) <= 12):
        return year
    if not (day and day.isdigit() and int(day)):
        return f"{year}-{int(month):02}"
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return f"{year}-{int(month):02}"
