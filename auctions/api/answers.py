"""The live protocol's answers as HTTP responses."""

from __future__ import annotations

from typing import Any

import msgspec
from rest_framework.response import Response

from auctions.realtime import messages as m
from auctions.services.deciding import error_of
from infra.problems import CONTENT_TYPE, problem

_PROOF = ("leaf", "id", "key_id", "signature", "received_at")


def as_response(answer: m.Ack | m.Refused) -> Response:
    """201 with the ack (200 when it was given before), or the refusal as a problem."""
    if isinstance(answer, m.Refused):
        return error_response(answer)
    return Response(msgspec.to_builtins(answer), status=200 if answer.repeated else 201)


def error_response(answer: m.Refused) -> Response:
    """Problem details with ``ref``, ``final``, ``repeated`` and, where signed, ``receipt``."""
    body: dict[str, Any] = problem(error_of(answer))
    body |= {"ref": answer.ref, "final": answer.final, "repeated": answer.repeated}
    if answer.signature is not None:
        body["receipt"] = {name: getattr(answer, name) for name in _PROOF}
    return Response(body, status=body["status"], content_type=CONTENT_TYPE)
