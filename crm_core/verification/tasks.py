"""What time does to verifications."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db.models import Q

logger = logging.getLogger(__name__)


@shared_task(name="verification.age")
def age() -> int:
    """Let facets expire (with a warning before) and bans end; how many files changed.

    Runs any number of times: each file is looked at under its lock.
    """
    from crm_core.verification.domain.life import WARN_BEFORE
    from crm_core.verification.models import Measure, VerificationFile
    from crm_core.verification.services.ageing import age_file
    from kernel.clock import utc_now

    now = utc_now()
    due = VerificationFile.objects.filter(
        Q(facets__state="verified", facets__valid_until__lte=(now + WARN_BEFORE).date())
        | Q(facets__state="expiring", facets__valid_until__lt=now.date())
        | Q(measure=Measure.BANNED, banned_until__lte=now)
    ).distinct()
    return sum(age_file(company_id) for company_id in due.values_list("company_id", flat=True))
