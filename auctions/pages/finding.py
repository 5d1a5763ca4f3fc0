"""Auctions among the answers of the shell's search."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from auctions.pages.listing import auctions_of
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from ui.slots import SearchHit


def find_auctions(request: HttpRequest, words: str, limit: int) -> Sequence[SearchHit]:
    """Auctions of the actor's list by the reference and title of what they are about."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = auctions_of(actor)
    for word in words.split():
        found = found.filter(
            Q(subject__reference__icontains=word) | Q(subject__title__icontains=word)
        )
    hits = []
    for auction in found[:limit]:
        subject = subject_from(auction.subject)
        hits.append(
            SearchHit(
                title=f"{subject.reference} {subject.title}",
                # Whoever has no seat is sent on to the console.
                url=reverse("auctions:room", args=[auction.pk]),
                detail=str(auction.get_phase_display()),
                icon="bolt",
            )
        )
    return hits
