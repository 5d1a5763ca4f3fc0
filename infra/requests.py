"""The name of each request, and its one line in the log."""

from __future__ import annotations

import re
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from kernel.ids import new_id

HEADER = "X-Request-ID"
QUIET = frozenset(("/healthz", "/readyz", "/metrics"))  # asked every few seconds
_SANE = re.compile(r"[A-Za-z0-9._:-]{8,64}")


def request_id(given: str | None) -> str:
    """The id a trusted proxy gave, if it looks like one; else a new one."""
    if given and settings.TRUST_REQUEST_ID and _SANE.fullmatch(given):
        return given
    return str(new_id())


class RequestIdMiddleware:
    """Names the request in every line of the log and in the answer's ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request_id(request.META.get("HTTP_X_REQUEST_ID"))
        request.META["HTTP_X_REQUEST_ID"] = name
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=name)
        response = self.get_response(request)
        response[HEADER] = name
        return response


class RequestLogMiddleware(RequestMiddleware):
    """django-structlog's, without queries, which hold what people searched for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        if request.path in QUIET and response.status_code < 400:
            structlog.contextvars.clear_contextvars()
            return
        super().handle_response(request, response)


def acting(*, user_id: object, company_id: object) -> None:
    """Name in the following lines who acts, and for which company."""
    structlog.contextvars.bind_contextvars(user_id=str(user_id), company_id=str(company_id))
