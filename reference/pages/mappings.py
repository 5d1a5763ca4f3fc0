"""Which categories of different taxonomies correspond; the operator brings them in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from infra.problems import STATUS, message
from kernel.errors import FairfallError
from reference import taxonomies
from reference.errors import TableRefused
from reference.forms import MappingsForm
from reference.guard import as_operator, is_operator
from reference.imports.mappings import bring_mappings
from reference.wording import FAULTS, refusal

PER_PAGE = 50
SHOWN = 50


@require_safe
@login_required
def mappings(request: HttpRequest) -> HttpResponse:
    """All pairs, or those that ``?q=`` fits."""
    return _page(request, MappingsForm(), operates=is_operator(request))


@require_POST
@as_operator
def bring(request: HttpRequest, by: str) -> HttpResponse:
    """Look at a file, and apply it where that is asked for and no row is wrong."""
    form = MappingsForm(request.POST, request.FILES)
    looked, status = None, 422
    if form.is_valid():
        try:
            looked = bring_mappings(**form.cleaned_data)
        except FairfallError as error:
            told = refusal(error) if isinstance(error, TableRefused) else message(error)
            form.add_error("file", told)
            status = STATUS[error.kind]
        else:
            status = 422 if looked.faults else 200
    return _page(request, form, operates=True, looked=looked, status=status)


def _page(
    request: HttpRequest, form: MappingsForm, *, operates: bool, looked: Any = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    words = request.GET.get("q", "").strip()[:200]
    found = Paginator(taxonomies.mappings(words), PER_PAGE).get_page(request.GET.get("page"))
    faults = looked.faults[:SHOWN] if looked is not None else []
    context = {
        "found": found,
        "words": words,
        "form": form,
        "operates": operates,
        "looked": looked,
        "faults": [(each.row, FAULTS.get(each.code, each.code), each.detail) for each in faults],
    }
    return render(request, "reference/mappings.html", context, status=status)
