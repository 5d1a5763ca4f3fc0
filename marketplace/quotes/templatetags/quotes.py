"""Tags of requests for quotation: ``{% load quotes %}``."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.quotes.models import InvitationState, Rfq, RfqInvitation, RfqState

register = template.Library()
LOOK = {
    RfqState.DRAFT: ("", "edit"),
    RfqState.OPEN: ("info", "lock"),
    RfqState.CLOSED: ("warn", "eye"),
    RfqState.DECIDED: ("ok", "circle-check"),
    RfqState.CANCELLED: ("bad", "x"),
}
ANSWERED = {
    InvitationState.INVITED: ("", "clock"),
    InvitationState.QUOTED: ("ok", "circle-check"),
    InvitationState.DECLINED: ("warn", "x"),
}


@register.inclusion_tag("ui/components/chip.html")
def rfq_state(rfq: Rfq) -> dict[str, Any]:
    """The request's state as a chip."""
    tone, icon = LOOK[RfqState(rfq.state)]
    return {"text": rfq.get_state_display(), "tone": tone, "icon_name": icon}


@register.inclusion_tag("ui/components/chip.html")
def answer_state(invitation: RfqInvitation) -> dict[str, Any]:
    """How a supplier answered, as a chip."""
    tone, icon = ANSWERED[InvitationState(invitation.state)]
    return {"text": invitation.get_state_display(), "tone": tone, "icon_name": icon}


@register.filter
def typed_for(typed: dict[str, str], name: str) -> str:
    """What was typed in the field."""
    return typed.get(name, "")
