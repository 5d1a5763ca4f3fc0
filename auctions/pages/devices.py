"""The random mark of a supplier's browser: whether two suppliers bid from one device."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from auctions.realtime.origin import DEVICE_COOKIE

DAYS = 90
_MARK = re.compile(r"[0-9a-f]{32}", re.ASCII)


def with_device(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the browser a mark where it has none. It says nothing about the person and is sent to
    nobody; with each connection a keyed hash of it is kept."""
    if _MARK.fullmatch(request.COOKIES.get(DEVICE_COOKIE, "")) is None:
        response.set_cookie(
            DEVICE_COOKIE,
            secrets.token_hex(16),
            max_age=DAYS * 86_400,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
