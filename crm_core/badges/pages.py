"""The public page of a company, its certificate, and the check of certificates: for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from crm_core.access.actor import Actor
from crm_core.access.decorators import as_actor
from crm_core.badges.errors import PageNotFound
from crm_core.badges.facts import facts_of
from crm_core.badges.forms import CheckForm
from crm_core.badges.pdf import certificate_pdf
from crm_core.badges.selectors import badges_of, facts_for
from crm_core.badges.services import certificate_of, check_file
from crm_core.badges.wording import facts_from
from crm_core.companies import selectors
from infra.keys import KeyMissing, key_ring
from infra.problems import STATUS, message
from kernel.clock import utc_now
from kernel.errors import FairfallError

PER_PAGE = 25


@require_safe
@as_actor()
def directory(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Companies by ``?search=`` words; ``?side=sells`` narrows."""
    search = request.GET.get("search", "").strip()
    sells = True if request.GET.get("side") == "sells" else None
    found = selectors.directory(search=search, sells=sells)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "companies": page,
        "badges": badges_of(page),
        "search": search,
        "only_sellers": sells is True,
    }
    return render(request, "badges/directory.html", context)


def own_panel(request: HttpRequest) -> Mapping[str, Any] | None:
    """The card on the company's own page; nothing for the operator's, which is not verified."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    facts = facts_of(actor.company_id)
    return None if facts is None else {"facts": facts}


@require_safe
def company(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """What was checked of a company. Raises PageNotFound."""
    facts = facts_for(request.actor, company_id)  # type: ignore[attr-defined]
    return render(request, "badges/company.html", {"facts": facts})


@require_safe
def certificate_json(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The certificate, byte for byte as it was signed. Raises PageNotFound, NoCertificate."""
    certificate = certificate_of(company_id)
    return _download(certificate.content, f"{certificate.number}.json", "application/json")


@require_safe
def certificate_file(request: HttpRequest, company_id: UUID) -> HttpResponse:
    """The same as a PDF, in the reader's language. Raises as above."""
    limited = consume_or_429(
        request, action="certificate_pdf", config=settings.CERTIFICATE_RATE_LIMITS, limit_get=True
    )
    if limited is not None:
        return limited
    certificate = certificate_of(company_id)
    return _download(certificate_pdf(certificate), f"{certificate.number}.pdf", "application/pdf")


@require_safe
def key(request: HttpRequest, key_id: str) -> HttpResponse:
    """The public half of one of the platform's keys. Raises PageNotFound."""
    try:
        signer = key_ring().signer(key_id)
    except KeyMissing as error:
        raise PageNotFound() from error
    return _download(signer.public_pem, f"platform-{key_id}.pem", "application/x-pem-file")


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a certificate that somebody was given; what is uploaded is not kept."""
    context: dict[str, Any] = {"form": CheckForm()}
    status = 200
    if request.method == "POST":
        limited = consume_or_429(
            request, action="certificate_check", config=settings.CERTIFICATE_RATE_LIMITS
        )
        if limited is not None:
            return limited
        form = context["form"] = CheckForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                finding = check_file(form.cleaned_data["file"].read())
            except FairfallError as error:
                form.add_error("file", message(error))
                status = STATUS[error.kind]
            else:
                status, context["finding"], context["form"] = 200, finding, CheckForm()
                if finding.is_signed:
                    context["facts"] = facts_from(finding.certificate.document, utc_now())
    return render(request, "badges/check.html", context, status=status)


def _download(content: Any, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        bytes(content),
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
