"""A company that came at another's invitation, told to both. A relay's handler."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from crm_core.timeline.models import Perspective
from crm_core.timeline.rebuild import in_order
from crm_core.timeline.services import Fact, Side, record
from infra.relay import Event
from kernel.clock import moment_from_wire

TYPES = frozenset({"company_invitation.taken_up"})


@in_order
def on_taken_up(event: Event) -> None:
    """Only now is there a company to keep an account of: the invitation is told with its day."""
    inviter = UUID(str(event.payload["inviter_id"]))
    company = UUID(str(event.payload["company_id"]))
    side = Side({"other": str(inviter)})
    sides = dict.fromkeys(Perspective, side)
    invited_at = moment_from_wire(event.payload["invited_at"])
    for kind, at in (("invited_here", invited_at), ("joined_here", event.occurred_at)):
        fact = Fact(kind=kind, buyer=inviter, supplier=company, sides=sides)
        record(replace(event, occurred_at=at), [fact])
