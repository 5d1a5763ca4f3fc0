"""Telling those who decide that hits wait."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_noop

from crm_core.access.capabilities import Capability
from crm_core.companies.models import Company
from crm_core.notifications.services import members_with, notify
from crm_core.screening.models import ScreeningRun


def tell_of_hits(run: ScreeningRun) -> None:
    """One notice for a whole run, to the operator's people who decide; none if it opened none."""
    if not run.opened:
        return
    recipients = [
        recipient
        for company_id in Company.objects.filter(operates=True).values_list("pk", flat=True)
        for recipient in members_with(company_id, Capability.SCREENING_DECIDE)
    ]
    notify(
        recipients=recipients,
        kind="screening.hits",
        text=gettext_noop("Screening found {count} new hits that wait for a decision."),
        data={"count": run.opened},
        link=reverse("screening:queue"),
        key=f"screening-run:{run.pk}",
        email=True,
    )
