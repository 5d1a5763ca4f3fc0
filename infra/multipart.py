"""Uploads whose names are judged as they were sent.

Django cuts paths and control characters out of the name of an upload before a view sees it. Who
sends such a name is told so instead: here they become a sign that ``infra.files.names`` refuses.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles
from rest_framework.parsers import MultiPartParser as ApiParser

REFUSED = "|"


class NamesAsSent(MultiPartParser):
    """Django's own, but for the names."""

    def sanitize_file_name(self, file_name: str) -> str | None:
        """The name, harmless and still to be refused where more than a name was sent."""
        return "".join(
            REFUSED if sign in "/\\" or not sign.isprintable() else sign
            for sign in html.unescape(file_name)
        )


class MultipartParser(ApiParser):
    """The same for the API."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Fields and files; raises ParseError."""
        request = parser_context["request"]
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            return DataAndFiles(*NamesAsSent(meta, stream, request.upload_handlers).parse())
        except MultiPartParserError as error:
            raise ParseError(f"not multipart: {error}") from error


class NamesAsSentMiddleware:
    """The same for pages; before anything reads a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        def parse(meta: Any, stream: Any) -> Any:
            handlers = request.upload_handlers
            return NamesAsSent(meta, stream, handlers, request.encoding).parse()

        request.parse_file_upload = parse  # type: ignore[method-assign]
        return self.get_response(request)
