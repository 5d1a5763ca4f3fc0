"""A tender's auction as a calendar entry (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime

from auctions.domain.terms import LotOrder, Terms
from kernel.clock import utc_now
from marketplace.tenders.models import Tender

_LONGEST = 74  # octets on one line, its CRLF not counted


def calendar_entry(tender: Tender, terms: Terms, *, url: str) -> str:
    """An .ics file with one event from the start to the planned end; extensions may follow."""
    count = len(terms.lots) if terms.lot_order is LotOrder.SERIAL else 1
    end = terms.starts_at + terms.length * count + terms.lot_gap * (count - 1)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Fairfall//Tenders//EN",
        "BEGIN:VEVENT",
        f"UID:{tender.pk}@fairfall",
        f"SEQUENCE:{terms.version}",
        f"DTSTAMP:{_stamp(utc_now())}",
        f"DTSTART:{_stamp(terms.starts_at)}",
        f"DTEND:{_stamp(end)}",
        f"SUMMARY:{_text(f'{tender.reference} {tender.title}')}",
        f"DESCRIPTION:{_text(url)}",
        f"URL:{url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
        f"DESCRIPTION:{_text(tender.title)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    for mark in ("\\", ";", ","):
        value = value.replace(mark, "\\" + mark)
    return value.replace("\r\n", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Long lines continue after CRLF and a space, never within a character."""
    parts, current, size = [], "", 0
    for character in line:
        width = len(character.encode("utf-8"))
        if size + width > _LONGEST:
            parts.append(current)
            current, size = "", 1
        current += character
        size += width
    return "\r\n ".join([*parts, current])
