"""Errors of the API as problem details (RFC 9457): one shape for ours and for DRF's.

``{"type": "/errors#auction.bid_too_high", "title": …, "status": 422, "code":
"auction.bid_too_high", "detail": …, "field": …, "data": {…}}`` as application/problem+json.
Invalid input lists every fault in ``errors``: ``[{"field": "lots.0.title", "code": "required",
"detail": …}]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from prometheus_client import Counter
from rest_framework import exceptions
from rest_framework.response import Response

from kernel.errors import FairfallError, Kind

STATUS = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.PRECONDITION: 412,
    Kind.TOO_LARGE: 413,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
}
CONTENT_TYPE = "application/problem+json"
PROBLEMS = Counter("fairfall_api_problems", "Problem details sent by the API.", ["code"])


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def message(error: FairfallError) -> str:
    """The error's sentence in the active language, filled in."""
    return _(error.text).format_map(_Lenient(error.data)) if error.text else ""


def problem(error: FairfallError) -> dict[str, Any]:
    """``error`` as a problem details object."""
    body: dict[str, Any] = {
        "type": f"/errors#{error.code}",
        "title": _title(error.kind),
        "status": STATUS[error.kind],
        "code": error.code,
        "detail": message(error),
    }
    if error.field:
        body["field"] = error.field
    if error.data:
        body["data"] = error.data
    return body


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler: a problem for every expected error, None (a 500) for any other."""
    # Loading views loads the authentication classes named in the settings, which need this module.
    from rest_framework.views import set_rollback

    headers: dict[str, str] = {}
    if isinstance(exc, FairfallError):
        body = problem(exc)
        view, request = context.get("view"), context.get("request")
        if exc.kind is Kind.UNAUTHENTICATED and view is not None and request is not None:
            headers["WWW-Authenticate"] = view.get_authenticate_header(request)
    else:
        if isinstance(exc, Http404):
            exc = exceptions.NotFound()
        elif isinstance(exc, PermissionDenied):
            exc = exceptions.PermissionDenied()
        if not isinstance(exc, exceptions.APIException):
            return None
        if challenge := getattr(exc, "auth_header", None):
            headers["WWW-Authenticate"] = challenge
        if wait := getattr(exc, "wait", None):
            headers["Retry-After"] = str(int(wait))
        body = _framework_problem(exc)
    set_rollback()
    PROBLEMS.labels(body["code"]).inc()
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing has this address: a problem below /api/, a page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    body = _framework_problem(exceptions.NotFound())
    return JsonResponse(body, status=body["status"], content_type=CONTENT_TYPE)


def _title(kind: Kind) -> str:
    return {
        Kind.INVALID: _("The input is not accepted"),
        Kind.UNAUTHENTICATED: _("Sign in first"),
        Kind.FORBIDDEN: _("Not permitted"),
        Kind.NOT_FOUND: _("Not found"),
        Kind.CONFLICT: _("The state has moved on"),
        Kind.PRECONDITION: _("The state has moved on"),
        Kind.TOO_LARGE: _("The request is too large"),
        Kind.LIMITED: _("Too many requests"),
        Kind.UNAVAILABLE: _("Not available now"),
    }[kind]


def _framework_problem(exc: exceptions.APIException) -> dict[str, Any]:
    """A DRF error; invalid input becomes 422 with every fault listed."""
    if isinstance(exc, exceptions.ValidationError):
        return {
            "type": "/errors#request.invalid",
            "title": _title(Kind.INVALID),
            "status": 422,
            "code": "request.invalid",
            "detail": _("Some fields need mending."),
            "errors": list(_faults(exc.detail)),
        }
    code = f"request.{exc.default_code}"
    detail = str(exc.detail) if isinstance(exc.detail, str) else str(exc.default_detail)
    title = str(exc.default_detail)
    return {
        "type": f"/errors#{code}",
        "title": detail if "{" in title else title,  # a text with places to fill
        "status": exc.status_code,
        "code": code,
        "detail": detail,
    }


def _faults(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """The leaves of DRF's nested detail, each with the dotted path of its field."""
    if isinstance(detail, dict):
        for key, inner in detail.items():
            here = path if key == "non_field_errors" else f"{path}.{key}" if path else str(key)
            yield from _faults(inner, here)
    elif isinstance(detail, list):
        nested = any(isinstance(inner, dict | list) for inner in detail)
        for index, inner in enumerate(detail):
            if nested:
                yield from _faults(inner, f"{path}.{index}" if path else str(index))
            else:
                yield from _faults(inner, path)
    else:
        yield {
            "field": path,
            "code": getattr(detail, "code", "invalid"),
            "detail": str(detail),
        }
