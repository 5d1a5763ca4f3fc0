"""Moments: aware UTC datetimes, and their one textual form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from kernel.errors import FairfallError, Kind

# Without the 24:00 that some versions of Python read as the next day.
_FORM = re.compile(r"\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
MICROSECOND = timedelta(microseconds=1)


class MomentMalformed(FairfallError):
    """The text is not a moment of the form ``2026-11-22T10:00:00.000000Z``."""

    code = "moment.malformed"
    kind = Kind.INVALID
    text = "Write the time as UTC, such as 2026-11-22T10:00:00.000000Z."


def utc_now() -> datetime:
    """This machine's clock. Rules never call it: moments are handed to them."""
    return datetime.now(UTC)


def moment_to_wire(moment: datetime) -> str:
    """``2026-11-22T10:00:00.123456Z``: always UTC, always six digits."""
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = moment.astimezone(UTC)
    # A quarter of strftime's time; the offset is always +00:00.
    return moment.isoformat("T", "microseconds")[:-6] + "Z"


def moment_from_wire(text: str) -> datetime:
    """The inverse of :func:`moment_to_wire`; raises MomentMalformed."""
    if not isinstance(text, str) or _FORM.fullmatch(text) is None:
        raise MomentMalformed()
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError as error:
        raise MomentMalformed() from error


def duration_to_wire(length: timedelta) -> int:
    """A duration as whole microseconds: an integer survives canonical JSON unchanged."""
    return length // MICROSECOND


def duration_from_wire(microseconds: int) -> timedelta:
    """The inverse of :func:`duration_to_wire`."""
    return timedelta(microseconds=microseconds)


def ceil_to_second(moment: datetime) -> datetime:
    """The moment itself when whole, else the next whole second."""
    whole = moment.replace(microsecond=0)
    return whole if whole == moment else whole + timedelta(seconds=1)
