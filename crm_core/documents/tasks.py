"""Scanning for viruses, where the operator has a scanner."""

from __future__ import annotations

import logging

from celery import shared_task
from django.conf import settings

from infra.files import clamd, vault

logger = logging.getLogger(__name__)
_AT_ONCE = 200


@shared_task(name="documents.scan_version")
def scan_version(version_id: str) -> str:
    """Ask the scanner about one version and note the answer; what became of it.

    Without a scanner, or when it is away, the version stays "not scanned" for the next sweep.
    """
    from crm_core.documents.models import DocumentVersion, Scan
    from crm_core.documents.services import record_scan

    if not settings.CLAMD_URL:
        return "no scanner"
    version = DocumentVersion.objects.filter(pk=version_id, scan=Scan.NOT_SCANNED).first()
    if version is None:
        return "nothing to scan"
    try:
        with vault.opened(version.stored_as) as file:
            verdict = clamd.scan(file, url=settings.CLAMD_URL)
    except (clamd.ScannerAway, OSError) as error:
        logger.warning("a document was not scanned: %s", error)
        return "not scanned"
    record_scan(version_id=version.pk, signature=verdict.signature)
    if not verdict.clean:
        logger.warning("the scanner found %s in document %s", verdict.signature, version.pk)
    return "clean" if verdict.clean else "infected"


@shared_task(name="documents.scan_waiting")
def scan_waiting() -> int:
    """Scan what was uploaded while the scanner was away; how many were tried."""
    from crm_core.documents.models import DocumentVersion, Scan

    if not settings.CLAMD_URL:
        return 0
    waiting = DocumentVersion.objects.filter(scan=Scan.NOT_SCANNED).order_by("uploaded_at")
    ids = [str(pk) for pk in waiting.values_list("pk", flat=True)[:_AT_ONCE]]
    for each in ids:
        if scan_version(each) == "not scanned":
            break  # the scanner is away: the next sweep tries again
    return len(ids)
