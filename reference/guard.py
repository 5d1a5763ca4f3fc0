"""Who may change the shared lists: decided above, where people and their roles are known.

``config.slots`` says how; a room below the people asks here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from kernel.errors import FairfallError, Kind

Decision = Callable[[HttpRequest], str]


class NobodyDecides(FairfallError):
    """It was not said who may change the lists, so nobody may."""

    code = "reference.nobody_decides"
    kind = Kind.FORBIDDEN
    text = "Nobody may change the shared lists here."


def _nobody(_request: HttpRequest) -> str:
    raise NobodyDecides()


_decisions: list[Decision] = [_nobody]


def decided_by(decision: Decision) -> None:
    """``decision`` returns the URN of who acts, or raises why they may not."""
    _decisions[:] = [decision]


def require_operator(request: HttpRequest) -> str:
    """The URN of the operator's person who acts. Raises what the decision raises."""
    return _decisions[0](request)


def is_operator(request: HttpRequest) -> bool:
    """Whether this person may change the lists, to show them how."""
    try:
        require_operator(request)
    except FairfallError:
        return False
    return True


def as_operator(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """``view(request, by, …)`` with the URN of who acts; refusals become a page as elsewhere."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, require_operator(request), *args, **kwargs)

    return guarded
