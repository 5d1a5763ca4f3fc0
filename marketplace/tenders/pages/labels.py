"""How states look: the tone and the icon that go with each word."""

from __future__ import annotations

from marketplace.tenders.models import InvitationState, Tender, TenderState

STATE_LOOK: dict[str, tuple[str, str]] = {
    TenderState.DRAFT: ("", "pencil"),
    TenderState.PUBLISHED: ("info", "send"),
    TenderState.CLOSED: ("warn", "clipboard-check"),
    TenderState.FAILED: ("bad", "circle-x"),
    TenderState.AWARDED: ("ok", "award"),
    TenderState.CANCELLED: ("", "ban"),
    TenderState.ANNULLED: ("bad", "ban"),
}
INVITATION_LOOK: dict[str, tuple[str, str]] = {
    InvitationState.PLANNED: ("", "user-plus"),
    InvitationState.INVITED: ("info", "mail"),
    InvitationState.ACCEPTED: ("ok", "user-check"),
    InvitationState.DECLINED: ("warn", "user-x"),
    InvitationState.UNINVITED: ("", "user-minus"),
}


def draft_steps(tender: Tender) -> list[tuple[str, str]]:
    """The pages of a draft in order: URL name and the key of its label."""
    return [
        ("tenders:edit", "edit"),
        ("tenders:terms", "terms"),
        ("tenders:invite", "invite"),
        ("tenders:publish", "publish"),
    ]
