"""Tags of barter: ``{% load barter %}``."""

from __future__ import annotations

from typing import Any

from django import template

from marketplace.barter.models import (
    BarterAnswer,
    BarterListing,
    BarterParty,
    BarterProposal,
    BarterProposalState,
    BarterState,
)

register = template.Library()

LISTING = {
    BarterState.DRAFT: ("", "edit"),
    BarterState.ACTIVE: ("ok", "circle-check"),
    BarterState.WITHDRAWN: ("warn", "archive"),
}
PROPOSAL = {
    BarterProposalState.OPEN: ("info", "clock"),
    BarterProposalState.AGREED: ("ok", "circle-check"),
    BarterProposalState.ENDED: ("", "archive"),
}
ANSWER = {
    BarterAnswer.WAITING: ("", "clock"),
    BarterAnswer.ACCEPTED: ("ok", "circle-check"),
    BarterAnswer.DECLINED: ("bad", "x"),
}


@register.inclusion_tag("ui/components/chip.html")
def barter_state(listing: BarterListing) -> dict[str, Any]:
    """A listing's state as a chip."""
    tone, icon = LISTING[BarterState(listing.state)]
    return {"text": listing.get_state_display(), "tone": tone, "icon_name": icon}


@register.inclusion_tag("ui/components/chip.html")
def proposal_state(proposal: BarterProposal) -> dict[str, Any]:
    """A proposal's state as a chip."""
    tone, icon = PROPOSAL[BarterProposalState(proposal.state)]
    return {"text": proposal.get_state_display(), "tone": tone, "icon_name": icon}


@register.inclusion_tag("ui/components/chip.html")
def answer(party: BarterParty) -> dict[str, Any]:
    """A party's answer as a chip."""
    tone, icon = ANSWER[BarterAnswer(party.answer)]
    return {"text": party.get_answer_display(), "tone": tone, "icon_name": icon}
