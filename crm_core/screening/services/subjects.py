"""Who is screened: companies, and people that other rooms name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from crm_core.companies.models import Company
from crm_core.screening.errors import SubjectInvalid
from crm_core.screening.formats.dates import partial
from crm_core.screening.matching.engine import Particulars
from crm_core.screening.models import ScreeningRun, Subject
from crm_core.screening.services.runs import begin
from kernel.canonical import canonical
from kernel.clock import utc_now

_COUNTRY = re.compile(r"[A-Z]{2}")
NAME_LENGTH = 500


def company_changed(company_id: UUID) -> Subject:
    """Take over a company's names and particulars, and have it screened if they changed.

    For new companies too. Everybody named by the company is left as they are.
    """
    with transaction.atomic():
        company = Company.objects.get(pk=company_id)
        labels = ((company.legal_name, "legal"), (company.latin_name, "latin"))
        names = list({text: label for text, label in reversed(labels) if text}.items())[::-1]
        number = {"kind": company.registry_scheme, "value": company.registry_value,
                  "country": company.country}  # fmt: skip
        return _keep(
            urn=company.urn,
            company_id=company.pk,
            kind=Subject.Kind.COMPANY,
            names=[{"text": text, "label": label} for text, label in names],
            countries=[company.country],
            births=[],
            numbers=[number] if company.registry_value else [],
            capacity="",
        )


def watch_person(
    *,
    urn: str,
    company_id: UUID,
    names: Sequence[str],
    capacity: str,
    countries: Sequence[str] = (),
    birth: str = "",
) -> Subject:
    """Screen a person that a company names: a director, an owner, a signatory.

    ``urn`` is the caller's name of the person, the same at every call; called again, it takes over
    what changed. ``birth`` is an ISO date, a year, or empty. Raises SubjectInvalid.
    """
    spoken = [" ".join(each.split())[:NAME_LENGTH] for each in names]
    spoken = list(dict.fromkeys(each for each in spoken if each))
    if not spoken:
        raise SubjectInvalid(field="names")
    if not all(_COUNTRY.fullmatch(each) for each in countries):
        raise SubjectInvalid(field="countries")
    if birth and not partial(birth):
        raise SubjectInvalid(field="birth")
    return _keep(
        urn=urn,
        company_id=company_id,
        kind=Subject.Kind.PERSON,
        names=[{"text": each, "label": "person"} for each in spoken],
        countries=sorted(set(countries)),
        births=[partial(birth)] if birth else [],
        numbers=[],
        capacity=capacity[:60],
    )


def stop_watching(urn: str) -> None:
    """Screen somebody no more; what was found and decided stays. Unknown names are passed over."""
    Subject.objects.filter(urn=urn, ended_at=None).update(ended_at=utc_now())


def particulars(subject: Subject) -> Particulars:
    """What is compared of a subject."""
    return Particulars(
        kind=subject.kind,
        names=tuple((each["text"], each["label"]) for each in subject.names),
        countries=tuple(subject.countries),
        births=tuple(subject.births),
        numbers=tuple(each["value"] for each in subject.numbers),
    )


def _keep(*, urn: str, company_id: UUID, **fields: object) -> Subject:
    compared = {key: value for key, value in fields.items() if key != "capacity"}
    digest = hashlib.sha256(canonical(compared)).hexdigest()
    with transaction.atomic():
        # Of two calls at once the second waits here and finds what the first one wrote.
        Subject.objects.bulk_create(
            [Subject(urn=urn, company_id=company_id, compared="", **fields)],
            ignore_conflicts=True,
        )
        subject = Subject.objects.select_for_update().get(urn=urn)
        if subject.compared == digest and subject.ended_at is None:
            return subject
        for key, value in fields.items():
            setattr(subject, key, value)
        subject.compared, subject.ended_at = digest, None
        subject.company_id = company_id
        subject.save()
        begin(cause=ScreeningRun.Cause.COMPANY, company_id=company_id)
    return subject
