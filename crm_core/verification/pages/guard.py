"""Who may open a page of the verifiers."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from crm_core.verification.cases import admit


def as_verifier(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Calls ``view(request, actor, …)``; a stranger signs in, who lacks a second factor sets
    one up, whoever does not verify finds nothing."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if not actor and (actor.factor_missing or not actor.signed_in):
            raise actor.refusal
        admit(actor)
        return view(request, actor, *args, **kwargs)

    return guarded
