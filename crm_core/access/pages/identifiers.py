"""Fragments that answer while a number is typed: what kinds there are, whether the form fits."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crm_core.access.forms import OTHER_SCHEME, scheme_choices
from crm_core.companies.identifiers import check
from infra.problems import message
from kernel.errors import FairfallError


@require_GET
@login_required
def schemes(request: HttpRequest) -> HttpResponse:
    """Options of the select of schemes, for ``?country=``."""
    country = request.GET.get("country", "")[:2]
    return render(request, "access/scheme_options.html", {"choices": scheme_choices(country)})


@require_GET
@login_required
def verdict(request: HttpRequest) -> HttpResponse:
    """Whether ``?registry_value=`` has the form of ``?registry_scheme=``; empty for nothing yet."""
    scheme = request.GET.get("registry_scheme", "")
    value = request.GET.get("registry_value", "").strip()
    context: dict[str, object] = {}
    if value and scheme and scheme != OTHER_SCHEME:
        try:
            country = request.GET.get("country", "")[:2]
            context["checked"] = check(scheme, value, country=country)
        except FairfallError as error:
            context["fault"] = message(error)
    return render(request, "access/identifier_verdict.html", context)
