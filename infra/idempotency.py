"""Idempotency-Key: a request repeated with the same key gets the first answer again."""

from __future__ import annotations

import functools
import hmac
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from infra.keys import key_ring
from infra.models import RememberedAnswer
from kernel.errors import FairfallError, Kind

HEADER = "Idempotency-Key"
_PURPOSE = b"fairfall-request-1"


class IdempotencyConflict(FairfallError):
    """The key was used before with other content."""

    code = "idempotency.conflict"
    kind = Kind.CONFLICT
    text = "This Idempotency-Key was used with a different request."


class IdempotencyKeyMalformed(FairfallError):
    """The key is empty or too long."""

    code = "idempotency.key_malformed"
    text = "An Idempotency-Key has 1 to 100 printable ASCII characters."


def idempotent(method: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a DRF view's ``post`` (``put`` …) so that it honours Idempotency-Key.

    The answer is remembered in the transaction that did the work, per scope, key and path. The
    scope is ``view.idempotency_scope()`` where the view has it, else the user. A refused request
    is not remembered: mended, it may be sent again under the same key. A second request with the
    key of one still at work waits for it.
    """

    @functools.wraps(method)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return method(view, request, *args, **kwargs)
        if not 0 < len(key) <= 100 or not key.isascii() or not key.isprintable():
            raise IdempotencyKeyMalformed()
        scope = getattr(view, "idempotency_scope", lambda: str(request.user.pk))()
        digest = _digest(request)
        with transaction.atomic():
            place = {"scope": scope, "path": request.path[:300], "key": key}
            # A concurrent twin waits here, on the unique index, until the first one is through.
            RememberedAnswer.objects.bulk_create(
                [RememberedAnswer(**place, request_hash=digest)], ignore_conflicts=True
            )
            kept = RememberedAnswer.objects.select_for_update().get(**place)
            if kept.request_hash != digest:
                raise IdempotencyConflict()
            if kept.status is not None:
                return Response(kept.body, status=kept.status, headers={"Idempotent-Replay": "1"})
            response = method(view, request, *args, **kwargs)
            if response.status_code >= 300:
                transaction.set_rollback(True)
                return response
            kept.status, kept.body = response.status_code, response.data
            kept.save(update_fields=["status", "body"])
            return response

    return answer


def _digest(request: Request) -> str:
    """Keyed: what was asked may hold a hidden reserve, which whoever reads the database alone could
    else find by trying amounts."""
    body = json.dumps(request.data, sort_keys=True, default=str)
    key = key_ring().derived(_PURPOSE)
    return hmac.digest(key, f"{request.method}\n{body}".encode(), "sha256").hex()


def forget_answers(user_id: UUID) -> None:
    """Forget what was answered to a person, who is erased."""
    RememberedAnswer.objects.filter(scope__startswith=str(user_id)).delete()
