"""Cells as values, and values as cells. What cannot be read is a ValueError."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
_DAY = timedelta(days=1)


def decimal(text: str) -> Decimal:
    """A plain number; a comma may stand for the point, blanks may part thousands."""
    bare = re.sub(r"\s", "", text).replace(",", ".")
    if _NUMBER.fullmatch(bare) is None:
        raise ValueError("no plain number")
    return Decimal(bare)


def whole(text: str) -> int:
    """A whole number that is not negative."""
    if re.fullmatch("[0-9]{1,9}", text, re.ASCII) is None:
        raise ValueError("no whole number")
    return int(text)


def plain(value: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    return format(value.normalize(), "f") if value else "0"


def begins(text: str) -> datetime:
    """The moment at which something begins: a day's midnight in UTC, or the moment itself."""
    return _moment(text, timedelta())


def ends(text: str) -> datetime:
    """The moment at which something is over: a day's last one, or the moment itself."""
    return _moment(text, _DAY)


def told_begin(moment: datetime) -> str:
    """A day where it begins at a midnight in UTC, else the moment."""
    at = moment.astimezone(UTC)
    return at.date().isoformat() if at.time() == time() else at.isoformat()


def told_end(moment: datetime) -> str:
    """The last day where it ends with a midnight in UTC, else the moment."""
    at = moment.astimezone(UTC)
    return (at - _DAY).date().isoformat() if at.time() == time() else at.isoformat()


def _moment(text: str, day: timedelta) -> datetime:
    bare = text.removesuffix(" 00:00:00")  # so a spreadsheet writes a day
    try:
        return datetime.combine(date.fromisoformat(bare), time(), UTC) + day
    except OverflowError as error:
        raise ValueError("too late") from error
    except ValueError:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise ValueError("too late") from error
