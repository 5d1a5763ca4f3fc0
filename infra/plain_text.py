"""The database cannot hold a NUL in a text, so a request that brings one is refused at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class PlainTextMiddleware:
    """Answers 400 to a NUL in the query or in a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Raises BadRequest."""
        texts = [text for _, values in request.GET.lists() for text in values]
        # The API's own fields refuse NUL, each beside its name.
        if request.content_type in _FORMS and not request.path.startswith("/api/"):
            texts += [text for _, values in request.POST.lists() for text in values]
        if any("\0" in text for text in texts):
            raise BadRequest("NUL in a text")


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
