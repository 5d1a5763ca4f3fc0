"""Hits as a file: CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from crm_core.screening.models import Hit
from crm_core.screening.wording import source_name
from infra import sheets
from kernel.clock import moment_to_wire

MOST = 50_000
MEDIA_TYPES = sheets.MEDIA_TYPES


def export(hits: QuerySet[Hit], form: str) -> bytes:
    """The hits, at most fifty thousand, as ``csv`` or ``xlsx``, with the titles in the reader's
    language."""
    return sheets.written(
        form, titles=titles(), rows=_rows(hits[:MOST]), sheet=_("Hits"), wide=(0, 2, 4, 12)
    )


def titles() -> list[str]:
    """The columns."""
    return [
        _("Company"), _("Reference"), _("Subject"), _("Kind"), _("Listed name"), _("List"),
        _("Number in the list"), _("Score"), _("State"), _("Open since"), _("Decided"),
        _("Decided by"), _("Reason"),
    ]  # fmt: skip


def _rows(hits: QuerySet[Hit]) -> Iterator[list[str | int]]:
    for hit in hits.iterator(chunk_size=500):
        decision = hit.decision
        yield [
            hit.subject.company.legal_name,
            hit.subject.company.reference,
            hit.subject.caption,
            str(hit.subject.get_kind_display()),
            hit.evidence.entity.caption if hit.evidence is not None else "",
            source_name(hit.source.code),
            hit.uid,
            hit.score,
            str(hit.get_state_display()),
            moment_to_wire(hit.opened_at),
            moment_to_wire(decision.decided_at) if decision is not None else "",
            str(decision.decided_by) if decision is not None else "",
            decision.reason if decision is not None else "",
        ]
