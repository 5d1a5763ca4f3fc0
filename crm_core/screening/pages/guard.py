"""Who may open a page of screening."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from crm_core.access.capabilities import Capability
from crm_core.screening.selectors import admit


def as_screener(
    *capabilities: Capability,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """``@as_screener(…)`` calls ``view(request, actor, …)``.

    A stranger is sent to sign in, who lacks a second factor to set one up; whoever does not screen
    finds nothing; who screens and lacks one of the further capabilities is refused.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if not actor and (actor.factor_missing or not actor.signed_in):
                raise actor.refusal
            admit(actor)
            for capability in capabilities:
                actor.require(capability)
            return view(request, actor, *args, **kwargs)

        return guarded

    return decorate
