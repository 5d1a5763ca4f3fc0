"""Issuing certificates, and checking those that come back."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from crm_core.badges import certificate as form
from crm_core.badges.carrier import LARGEST_FILE, certificate_in
from crm_core.badges.certificate import NotACertificate, Outcome
from crm_core.badges.errors import FileNotACertificate, FileTooLarge, NoCertificate
from crm_core.badges.facts import Facts, Side, facts_of
from crm_core.badges.models import Certificate
from crm_core.badges.selectors import public_facts
from crm_core.companies.models import Company
from infra.keys import KeyMissing, key_ring
from kernel.canonical import canonical
from kernel.clock import moment_to_wire, utc_now


def certificate_of(company_id: UUID) -> Certificate:
    """The certificate of what is valid now, issued if today's is not there yet.

    Raises PageNotFound; NoCertificate where the identity is not valid now.
    """
    facts = public_facts(company_id)
    if not facts.is_certified:
        raise NoCertificate()
    signer = key_ring().current()
    said = _said(facts)
    at = utc_now()
    key = {
        "company_id": company_id, "issued_on": at.date(), "key_id": signer.key_id,
        "facts_sha256": hashlib.sha256(canonical(said)).hexdigest(),
    }  # fmt: skip
    found = Certificate.objects.filter(**key).first()
    if found is None:
        number = f"FC-{at:%Y%m%d}-{secrets.token_hex(4).upper()}"
        document = {**said, "number": number, "issued_at": moment_to_wire(at)}
        made = Certificate(**key, number=number, issued_at=at, content=form.sign(document, signer))
        # Of two who ask at once one writes; both are given what was written.
        Certificate.objects.bulk_create([made], ignore_conflicts=True)
        found = Certificate.objects.get(**key)
    return found


def _said(facts: Facts) -> dict[str, Any]:
    """The facts of a certificate, the same as long as nothing changes."""
    identity = facts.identity
    assert identity is not None
    assert identity.valid_until is not None
    operator = Company.objects.filter(operates=True).order_by("created_at", "id").first()
    site = settings.PUBLIC_URL.rstrip("/")
    return {
        "type": form.TYPE,
        "valid_until": identity.valid_until.isoformat(),
        "issuer": {"name": operator.legal_name if operator else "Fairfall", "site": site},
        "page": site + reverse("badges:company", args=[facts.company_id]),
        "company": {
            "id": str(facts.company_id),
            "names": {"legal": facts.legal_name, "latin": facts.latin_name},
            "country": facts.country,
            "register": {"scheme": facts.scheme, "value": facts.number},
            "sides": [side for side in ("buys", "sells") if getattr(facts, side)],
        },
        "facets": [_facet(each) for each in facts.sides if each.is_valid],
    }


def _facet(side: Side) -> dict[str, Any]:
    checked = side.checked
    assert side.valid_until is not None  # of what is valid; the table sees to it
    return {
        "facet": side.key,
        "by": side.by,
        "verified_at": moment_to_wire(side.verified_at) if side.verified_at else None,
        "valid_until": side.valid_until.isoformat(),
        "checked": {
            "numbers": [{"scheme": code, "value": value} for code, value in checked.numbers],
            "documents": list(checked.documents),
            "screening": {"outcome": checked.screening, "lists": list(checked.lists)},
        },
    }


@dataclass(frozen=True, slots=True)
class Finding:
    """What a file that came back proves, and what became of the company since."""

    outcome: Outcome
    certificate: form.Certificate
    now: Facts | None
    is_pdf: bool = False

    @property
    def is_signed(self) -> bool:
        """Whether what it says is what was signed, be it in force or not."""
        return self.outcome not in (Outcome.ALTERED, Outcome.FOREIGN_KEY)

    @property
    def is_good(self) -> bool:
        """Whether the certificate is valid and the company still stands so."""
        return self.outcome is Outcome.VALID and self.stands

    @property
    def stands(self) -> bool:
        """Whether today the company has the name, the number and every facet the certificate says,
        but for those whose time is over by what it says itself."""
        now, said = self.now, self.certificate.document
        if now is None or not now.is_certified:
            return False
        today = utc_now().date().isoformat()
        wanted = {each["facet"] for each in said["facets"] if each["valid_until"] >= today}
        company = said["company"]
        return (
            wanted <= {side.key for side in now.sides if side.is_valid}
            and company["names"]["legal"] == now.legal_name
            and company["register"]["value"] == now.number
        )


def check_file(content: bytes, *, at: datetime | None = None) -> Finding:
    """Check a certificate's JSON or PDF. Raises FileTooLarge, FileNotACertificate."""
    if len(content) > LARGEST_FILE:
        raise FileTooLarge(field="file", limit_mb=LARGEST_FILE // (1024 * 1024))
    is_pdf = content.lstrip().startswith(b"%PDF")
    try:
        found = form.read(certificate_in(content))
    except NotACertificate as error:
        raise FileNotACertificate(field="file") from error
    try:
        # The id has the form of one: nothing else of a file is looked up by it.
        public_key = key_ring().signer(found.key_id).public_key
    except KeyMissing:
        return Finding(Outcome.FOREIGN_KEY, found, None, is_pdf)
    outcome = form.check(found, public_key, at or datetime.now(UTC))
    finding = Finding(outcome, found, None, is_pdf)
    if not finding.is_signed:
        return finding
    return replace(finding, now=facts_of(UUID(found.document["company"]["id"])))
