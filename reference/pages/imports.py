"""The operator's imports of taxonomies: a file looked at, its difference, and applying it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra.problems import STATUS, message
from kernel.errors import FairfallError
from reference.errors import ImportNotFound, TableRefused
from reference.forms import ImportForm
from reference.guard import as_operator
from reference.imports import services
from reference.models import TaxonomyImport
from reference.wording import FAULTS, refusal

LATEST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@as_operator
def imports(request: HttpRequest, by: str) -> HttpResponse:
    """The latest imports, and a file to look at."""
    form = ImportForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.look_at(**form.cleaned_data, by=by)
            except FairfallError as error:
                told = refusal(error) if isinstance(error, TableRefused) else message(error)
                form.add_error("file", told)
                status = STATUS[error.kind]
            else:
                return redirect("taxonomy-import", made.pk)
    context = {"form": form, "latest": TaxonomyImport.objects.defer("summary")[:LATEST]}
    return render(request, "reference/imports.html", context, status=status)


@require_safe
@as_operator
def detail(request: HttpRequest, by: str, import_id: int) -> HttpResponse:
    """What a file would change, or did."""
    found = TaxonomyImport.objects.filter(pk=import_id).first()
    if found is None:
        raise ImportNotFound()
    rows = found.summary
    context = {
        "found": found,
        "waits": bool(found.kept) and found.applied_at is None,
        "nothing": not (found.new or found.changed or found.gone),
        "faults": [(row, FAULTS.get(code, code), about) for row, code, about in rows["faults"]],
        "parts": [
            (_("New"), found.new, rows["new"]),
            (_("Gone"), found.gone, rows["gone"]),
        ],
        "changed": rows["changed"],
    }
    return render(request, "reference/import.html", context)


@require_POST
@as_operator
def apply(request: HttpRequest, by: str, import_id: int) -> HttpResponse:
    """Make the taxonomy what the file says."""
    try:
        found = services.apply(import_id=import_id)
    except ImportNotFound:
        raise
    except FairfallError as error:
        messages.error(request, message(error))
        return redirect("taxonomy-import", import_id)
    messages.success(request, _("The taxonomy is what the file says."))
    return redirect("taxonomy", found.taxonomy)
