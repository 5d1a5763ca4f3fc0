"""For page views: the actor as an argument, checked before the view begins."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from crm_core.access.capabilities import Capability


def as_actor(
    *capabilities: Capability,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """``@as_actor(Capability.X)`` calls ``view(request, actor, …)``.

    Without an actor it raises NotSignedIn, SecondFactorRequired or NotAMember; without one of the
    capabilities AccessForbidden. ActorMiddleware turns these into a redirect or a page.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            if not actor:
                raise actor.refusal
            for capability in capabilities:
                actor.require(capability)
            return view(request, actor, *args, **kwargs)

        return guarded

    return decorate
