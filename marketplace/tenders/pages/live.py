"""Where an auction's live pages lead: its tender's protocol and late invitations."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from marketplace.tenders.building import takes_late
from marketplace.tenders.errors import TenderNotFound
from marketplace.tenders.models import Tender
from marketplace.tenders.models.tender import URN
from marketplace.tenders.policies import is_buyer, readable_tender
from ui.slots import MenuLink, SubjectPages, Text


def pages_of(request: HttpRequest, urn: str) -> SubjectPages | None:
    """What this actor may open of the tender of that name; None where it is none of the actor's."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not urn.startswith(URN):
        return None
    try:
        tender = readable_tender(actor, UUID(urn.removeprefix(URN)))
    except TenderNotFound:
        return None
    invites = (
        is_buyer(actor, tender) and actor.can(Capability.TENDER_PUBLISH) and takes_late(tender)
    )
    return SubjectPages(
        running=(_link("invite", tender, _("Invite late"), "user-plus"),) if invites else (),
        ended=(
            _link("result", tender, _("Result"), "award"),
            _link("protocol", tender, _("Protocol"), "file-text"),
            _link("protocol-pdf", tender, _("Protocol as PDF"), "file-download"),
            _link("protocol-json", tender, _("Protocol as JSON"), "code"),
        ),
    )


def _link(name: str, tender: Tender, label: Text, icon: str) -> MenuLink:
    return MenuLink(label=label, url=reverse(f"tenders:{name}", args=[tender.pk]), icon=icon)
