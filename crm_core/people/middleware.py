"""Notes when a session was last used."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from crm_core.people import open_sessions


class SessionSeenMiddleware:
    """After authentication; pages and the API by session alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Afterwards, so that a session that was ended here does not come back.
        if request.user.is_authenticated:
            open_sessions.seen(request, request.user.pk)
        return response
