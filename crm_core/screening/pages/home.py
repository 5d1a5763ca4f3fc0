"""The home page's card of open hits. Registered in config.slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from crm_core.access.actor import Actor
from crm_core.screening import selectors
from crm_core.screening.freshness import active_lists, wanting
from crm_core.screening.models import Hit
from crm_core.screening.services import policy
from crm_core.screening.wording import reason
from kernel.clock import utc_now

MOST = 5


def hits_panel(request: HttpRequest) -> Mapping[str, Any]:
    """Hits that wait for a decision, longest first; why nobody counts as screened, if so."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    waiting = selectors.hits(actor, state=Hit.State.OPEN)
    reasons = wanting(active_lists(), policy.in_force(), utc_now())
    return {
        "hits": list(waiting[:MOST]),
        "hits_total": waiting.count(),
        "reasons": [reason(each) for each in reasons],
    }
