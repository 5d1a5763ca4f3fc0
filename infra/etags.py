"""Conditional requests (RFC 9110, section 13): what did not change is not sent again, and what was
not read is not overwritten."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any

from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.errors import FairfallError, Kind

IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", type=str, location=OpenApiParameter.HEADER,
    description="An ETag of before: the answer is 304 without a body where it is the same still.",
)  # fmt: skip
IF_MATCH = OpenApiParameter(
    "If-Match", type=str, location=OpenApiParameter.HEADER,
    description="The ETag of what you read: refused with 412 where it is another by now.",
)  # fmt: skip


class PreconditionFailed(FairfallError):
    """If-Match names a state that is not the present one."""

    code = "request.precondition_failed"
    kind = Kind.PRECONDITION
    text = "It has changed since you read it. Read it again and repeat the change."


def etag_of(document: Any) -> str:
    """A strong ETag of a document as JSON."""
    return f'"{hashlib.sha256(JSONRenderer().render(document)).hexdigest()[:32]}"'


def conditional(method: Callable[..., Response]) -> Callable[..., Any]:
    """Decorate a DRF view's ``get``: its answer has an ETag, and is 304 where the asker has it."""

    @functools.wraps(method)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Any:
        response = method(view, request, *args, **kwargs)
        if response.status_code != 200:
            return response
        response["ETag"] = etag = etag_of(response.data)
        return get_conditional_response(request._request, etag=etag, response=response)

    return answer


def require_match(request: Request, document: Any) -> None:
    """Raise PreconditionFailed where the request names, by If-Match, another state than this."""
    named = request.headers.get("If-Match")
    if named is None:
        return
    tags = parse_etags(named)
    if tags != ["*"] and etag_of(document) not in tags:
        raise PreconditionFailed()
