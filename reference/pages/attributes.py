"""The operator's pages of what categories are described by."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from infra.problems import STATUS, message
from kernel.errors import FairfallError
from reference import attributes, taxonomies
from reference.errors import AttributeNotFound
from reference.forms import AttributeForm
from reference.guard import as_operator
from reference.models import Attribute


@require_http_methods(["GET", "HEAD", "POST"])
@as_operator
def add(request: HttpRequest, by: str, category: str) -> HttpResponse:
    """Describe a category by one thing more."""
    way = taxonomies.way_to(category)
    form = AttributeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                attributes.add_attribute(category=category, given=form.given())
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The attribute was added."))
                return redirect("category", category)
    context = {"form": form, "category": way[-1], "above": way[:-1]}
    return render(request, "reference/attribute.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@as_operator
def change(request: HttpRequest, by: str, attribute_id: int) -> HttpResponse:
    """Change an attribute's names, bounds or choices."""
    found = Attribute.objects.filter(pk=attribute_id).select_related("category", "unit").first()
    if found is None:
        raise AttributeNotFound()
    form = AttributeForm(request.POST or None, attribute=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                attributes.change_attribute(attribute_id=attribute_id, given=form.given())
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The attribute was changed."))
                return redirect("category", found.category_id)
    way = taxonomies.way_to(found.category_id)
    context = {"form": form, "attribute": found, "category": way[-1], "above": way[:-1]}
    return render(request, "reference/attribute.html", context, status=status)


@require_POST
@as_operator
def retire(request: HttpRequest, by: str, attribute_id: int) -> HttpResponse:
    """Ask for it no more; with ``back`` ask for it again."""
    back = bool(request.POST.get("back"))
    found = attributes.retire_attribute(attribute_id=attribute_id, retired=not back)
    messages.success(
        request, _("The attribute is asked for again.") if back else _("The attribute is retired.")
    )
    return redirect("category", found.category_id)
