"""Who is told what about proposals. No notice names another company."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.notifications.services import members_with, notify
from infra.relay import Event
from marketplace.barter.models import BarterEnd
from marketplace.barter.policies import COMMIT

TEXTS: Mapping[str, str] = {
    "barter.proposed": gettext_noop("A swap was found for you: {number}. Accept or decline it."),
    "barter.agreed": gettext_noop("The swap {number} is agreed: everybody has accepted."),
}
ENDS: Mapping[str, str] = {
    BarterEnd.DECLINED: gettext_noop("The swap {number} ended: one of the companies declined."),
    BarterEnd.EXPIRED: gettext_noop("The swap {number} ended: not everybody accepted in time."),
    BarterEnd.WITHDRAWN: gettext_noop("The swap {number} ended: a listing was withdrawn."),
    BarterEnd.UNAVAILABLE: gettext_noop(
        "The swap {number} ended: something in it is not available any more."
    ),
}
TYPES = frozenset({*TEXTS, "barter.ended"})


def on_barter(event: Event) -> None:
    """Tell whoever may answer for the companies of a proposal; once per fact and person."""
    payload = event.payload
    text = TEXTS.get(event.type) or ENDS[payload["end"]]
    for company in payload["companies"]:
        notify(
            recipients=members_with(UUID(company), COMMIT),
            kind=event.type,
            text=text,
            data={"number": payload["number"]},
            link=reverse("barter:proposal", args=[payload["proposal_id"]]),
            subject=event.subject,
            email=True,
            key=f"event:{event.id}",
        )
