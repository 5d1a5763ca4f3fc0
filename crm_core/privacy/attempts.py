"""How often one may try a password here: as often as when signing in anew."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest

from crm_core.access.errors import TooManyAttempts


def limit(request: HttpRequest) -> None:
    """Count an attempt of the signed-in person. Raises TooManyAttempts."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise TooManyAttempts()
