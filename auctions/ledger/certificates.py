"""The verifier's second use: what a company's certificate proves, without the platform.

The form of certificates and their check are ``crm_core.badges.certificate``; here is what the
command line makes of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from crm_core.badges.carrier import certificate_in, is_pdf
from crm_core.badges.certificate import TYPE, Certificate, Outcome, check, read

_MARK = re.compile(rf'"type"\s*:\s*"{TYPE}"'.encode("ascii"))
_VERDICTS = {
    Outcome.VALID: "VALID: signed with this key, unchanged, and in force on {at}.",
    Outcome.ALTERED: "ALTERED: changed after it was signed, or never signed with this key.",
    Outcome.FOREIGN_KEY: "FOREIGN KEY: signed with key {key_id}, not with the one given.",
    Outcome.NOT_YET: "NOT YET: issued later than {at}.",
    Outcome.EXPIRED: "EXPIRED: it was valid until {until}, which is before {at}.",
}
_LATER = (
    "A later suspension cannot be seen here: {page} tells how the company stands now.\n"
    "Compare the lines above with the paper you hold: what counts is what was signed."
)
_SIGNED = (Outcome.VALID, Outcome.NOT_YET, Outcome.EXPIRED)


def is_certificate(content: bytes) -> bool:
    """Whether this is meant to be a certificate: a PDF, or JSON that says so."""
    return is_pdf(content) or _MARK.search(content) is not None


def checked(content: bytes, public_key: bytes, at: datetime) -> tuple[Certificate, Outcome]:
    """The certificate in a file and what the key says of it. Raises NotACertificate."""
    found = read(certificate_in(content))
    return found, check(found, public_key, at)


def moment_of(day: str | None) -> datetime:
    """The end of a day in UTC; now, where none is given. Raises ValueError."""
    if day is None:
        return datetime.now(UTC)
    return datetime.combine(date.fromisoformat(day), time.max, UTC)


def as_json(certificate: Certificate, outcome: Outcome) -> str:
    """The verdict for a program; what a certificate says only where it was signed."""
    document: dict[str, Any] = {"outcome": outcome.value, "passed": outcome is Outcome.VALID}
    if outcome in _SIGNED:
        document["certificate"] = certificate.document
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_text(certificate: Certificate, outcome: Outcome, at: datetime) -> str:
    """The verdict for a person."""
    document, day = certificate.document, at.date().isoformat()
    verdict = _VERDICTS[outcome].format(
        at=day, until=document["valid_until"], key_id=certificate.key_id
    )
    if outcome not in _SIGNED:
        return f"{verdict}\nDo not rely on anything it says.\n"
    lines = [verdict, "", *_said(document, day), "", _LATER.format(page=document["page"])]
    return "\n".join(lines) + "\n"


def _said(document: Mapping[str, Any], day: str) -> Iterator[str]:
    company = document["company"]
    yield f"certificate  {document['number']}, issued {document['issued_at']}"
    yield f"issuer       {document['issuer']['name']}, {document['issuer']['site']}"
    yield f"company      {company['names']['legal']} ({company['country']})"
    if company["names"]["latin"] != company["names"]["legal"]:
        yield f"             {company['names']['latin']}"
    if company["register"]["value"]:
        yield f"register     {company['register']['scheme']} {company['register']['value']}"
    for facet in document["facets"]:
        state = "until" if facet["valid_until"] >= day else "EXPIRED, was valid until"
        yield f"{facet['facet']}: {state} {facet['valid_until']}"
        when = f" on {facet['verified_at'][:10]}" if facet["verified_at"] else ""
        yield f"    decided by {facet['by'].replace('_', ' ')}{when}"
        for number in facet["checked"]["numbers"]:
            yield f"    number of a valid form: {number['scheme']} {number['value']}".rstrip()
        for kind in facet["checked"]["documents"]:
            yield f"    document seen: {kind}"
        screening = facet["checked"]["screening"]
        lists = f" ({', '.join(screening['lists'])})" if screening["lists"] else ""
        if screening["outcome"]:
            yield f"    sanctions lists: {screening['outcome']}{lists}"
