"""The queue and the companies as files."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm_core.companies.models import Company
from crm_core.verification.cases import clock
from crm_core.verification.models import VerificationFile
from crm_core.verification.wording import facet_names
from infra import sheets
from kernel.clock import moment_to_wire, utc_now

MOST = 50_000
MEDIA_TYPES = sheets.MEDIA_TYPES


def cases(found: QuerySet[VerificationFile], form: str) -> bytes:
    """Cases, at most fifty thousand, as ``csv`` or ``xlsx``, with titles in the reader's
    language."""
    titles = [
        _("Company"), _("Reference"), _("Country"), _("State"), _("What is to be verified"),
        _("Risk"), _("Reviewer"), _("Submitted"), _("Hours counted"), _("Proposal"), _("Measure"),
        _("Appeal"),
    ]  # fmt: skip
    return sheets.written(
        form, titles=titles, rows=_cases(found[:MOST]), sheet=_("Verification"), wide=(0, 4)
    )


def companies(found: QuerySet[Company], form: str) -> bytes:
    """Companies, in the same way."""
    titles = [
        _("Company"), _("Reference"), _("Country"), _("Register"), _("Number in the register"),
        _("Registered"), _("Standing"), _("Case"),
    ]  # fmt: skip
    rows = (
        [
            each.legal_name, each.reference, each.country, each.registry_scheme,
            each.registry_value, moment_to_wire(each.created_at),
            str(each.get_standing_display()),
            str(each.verification.get_state_display()) if hasattr(each, "verification") else "",
        ]
        for each in found[:MOST].iterator(chunk_size=500)
    )  # fmt: skip
    return sheets.written(form, titles=titles, rows=rows, sheet=_("Companies"), wide=(0,))


def _cases(found: QuerySet[VerificationFile]) -> Iterator[list[str | int]]:
    now = utc_now()
    for file in found.iterator(chunk_size=500):
        time = clock(file, now)
        yield [
            file.company.legal_name,
            file.company.reference,
            file.company.country,
            str(file.get_state_display()),
            facet_names(file.asked),
            str(file.get_risk_display()),
            str(file.assignee or ""),
            moment_to_wire(file.submitted_at) if file.submitted_at else "",
            int(time.waited.total_seconds() // 3600) if time else "",
            str(file.get_proposed_action_display()) if file.proposed_action else "",
            str(file.get_measure_display()) if file.measure != "none" else "",
            str(file.get_appeal_display()) if file.appeal != "none" else "",
        ]
