"""Which version of a list is the active one: changed at once, noted, and followed by screening."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.screening.errors import (
    ListNotActive,
    ScreeningNotFound,
    ScreeningReasonMissing,
    VersionActive,
    VersionNotReady,
)
from crm_core.screening.models import ListActivation, ListSource, ListVersion, ScreeningRun
from crm_core.screening.services.runs import begin


def activate(*, actor: Actor, version_id: UUID, reason: str) -> ListVersion:
    """Make a version the active one, also an older one, with a reason.

    Raises VersionNotReady, VersionActive, ScreeningReasonMissing.
    """
    actor.require(Capability.SCREENING_IMPORT)
    why = _reason(reason)
    with transaction.atomic():
        version = ListVersion.objects.filter(pk=version_id).first()
        if version is None:
            raise ScreeningNotFound()
        source = ListSource.objects.select_for_update(of=("self",)).get(pk=version.source_id)
        if version.state != ListVersion.State.READY:
            raise VersionNotReady()
        if source.active_id == version.pk:
            raise VersionActive()
        make_active(source, version, user_id=actor.user_id, reason=why)
    return version


def withdraw(*, actor: Actor, source_id: int, reason: str) -> ListSource:
    """Compare with this list no more. Raises ListNotActive, ScreeningReasonMissing."""
    actor.require(Capability.SCREENING_IMPORT)
    why = _reason(reason)
    with transaction.atomic():
        source = ListSource.objects.select_for_update(of=("self",)).filter(pk=source_id).first()
        if source is None:
            raise ScreeningNotFound()
        if source.active_id is None:
            raise ListNotActive()
        make_active(source, None, user_id=actor.user_id, reason=why)
    return source


def make_active(
    source: ListSource, version: ListVersion | None, *, user_id: UUID | None, reason: str = ""
) -> None:
    """Point the locked source at a version, or at none, and have everybody screened anew."""
    source.active = version
    source.save(update_fields=["active"])
    ListActivation.objects.create(source=source, version=version, by_id=user_id, reason=reason)
    if version is not None and version.held_because:
        version.held_because = ""
        version.save(update_fields=["held_because"])
    begin(cause=ScreeningRun.Cause.LIST, version=version, user_id=user_id)


def _reason(text: str) -> str:
    why = text.strip()[:1000]
    if not why:
        raise ScreeningReasonMissing(field="reason")
    return why
