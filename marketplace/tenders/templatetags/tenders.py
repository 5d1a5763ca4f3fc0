"""Tags of the tender room: ``{% load tenders %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from marketplace import lists
from marketplace.tenders import formats
from marketplace.tenders.pages.labels import INVITATION_LOOK, STATE_LOOK

register = template.Library()


@register.inclusion_tag("ui/components/chip.html")
def tender_state(tender: Any) -> dict[str, Any]:
    """The tender's state as a chip; a published one whose start has come is open for bids."""
    if tender.has_started:
        return {"text": _("Open for bids"), "tone": "info", "pulse": True}
    tone, icon = STATE_LOOK[tender.state]
    return {"text": tender.get_state_display(), "tone": tone, "icon_name": icon}


@register.inclusion_tag("ui/components/chip.html")
def invitation_state(invitation: Any) -> dict[str, Any]:
    """The invitation's state as a chip."""
    tone, icon = INVITATION_LOOK[invitation.state]
    return {"text": invitation.get_state_display(), "tone": tone, "icon_name": icon}


@register.filter
def amount_unit(tender: Any) -> str:
    """``{{ tender|amount_unit }}``: the currency, or nothing where quantities are bid."""
    return formats.amount_unit(tender)


@register.filter
def unit_symbol(code: str) -> str:
    """``{{ lot.unit|unit_symbol }}``: ``t`` for TNE."""
    return lists.unit_symbol(code)
