"""Pages of the supplier lists."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from buyers import selectors, services
from buyers.errors import ListNameMissing, ListNameTaken, OwnCompanyListed, SupplierUnknown
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.badges.selectors import badges_of
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 25
FOUND_AT_MOST = 10


class ListForm(forms.Form):
    """A list's name."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


@require_http_methods(["GET", "POST"])
@as_actor(Capability.SUPPLIER_LIST_READ)
def lists(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company's lists, and a form for another one."""
    form, status = ListForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.create_list(actor=actor, name=form.cleaned_data["name"])
            except FairfallError as error:
                form.add_error("name" if error.field else None, message(error))
                status = STATUS[error.kind]
            else:
                return redirect("supplier-list", made.pk)
    page = Paginator(selectors.supplier_lists(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"lists": page, "form": form, "may_edit": actor.can(Capability.SUPPLIER_LIST_EDIT)}
    return render(request, "buyers/lists.html", context, status=status)


@require_GET
@as_actor(Capability.SUPPLIER_LIST_READ)
def supplier_list(request: HttpRequest, actor: Actor, list_id: UUID) -> HttpResponse:
    """One list; ``?q=`` finds companies to add."""
    found = selectors.supplier_list(actor, list_id)
    words = request.GET.get("q", "").strip()
    may_edit = actor.can(Capability.SUPPLIER_LIST_EDIT)
    entries = Paginator(selectors.entries(actor, list_id), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "list": found,
        "entries": entries,
        "badges": badges_of(entry.supplier for entry in entries),
        "words": words,
        "candidates": (
            selectors.candidates(actor, list_id, words)[:FOUND_AT_MOST] if may_edit else []
        ),
        "may_edit": may_edit,
        "may_invite": actor.can(Capability.COMPANY_INVITE),
        "form": ListForm(initial={"name": found.name}),
    }
    return render(request, "buyers/list.html", context)


@require_POST
@as_actor(Capability.SUPPLIER_LIST_EDIT)
def rename(request: HttpRequest, actor: Actor, list_id: UUID) -> HttpResponse:
    """Another name for the list."""
    try:
        services.rename_list(actor=actor, list_id=list_id, name=request.POST.get("name", ""))
    except (ListNameMissing, ListNameTaken) as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The list was renamed."))
    return redirect("supplier-list", list_id)


@require_POST
@as_actor(Capability.SUPPLIER_LIST_EDIT)
def delete(request: HttpRequest, actor: Actor, list_id: UUID) -> HttpResponse:
    """Remove the list, after the page's confirmation."""
    services.delete_list(actor=actor, list_id=list_id)
    messages.success(request, _("The list was deleted."))
    return redirect("supplier-lists")


@require_POST
@as_actor(Capability.SUPPLIER_LIST_EDIT)
def add(request: HttpRequest, actor: Actor, list_id: UUID, supplier_id: UUID) -> HttpResponse:
    """Put a supplier on the list."""
    try:
        entry = services.add_supplier(actor=actor, list_id=list_id, supplier_id=supplier_id)
    except (SupplierUnknown, OwnCompanyListed) as error:
        messages.error(request, message(error))
    else:
        messages.success(
            request, _("%(name)s is on the list.") % {"name": entry.supplier.legal_name}
        )
    return redirect("supplier-list", list_id)


@require_POST
@as_actor(Capability.SUPPLIER_LIST_EDIT)
def remove(request: HttpRequest, actor: Actor, list_id: UUID, supplier_id: UUID) -> HttpResponse:
    """Take a supplier off the list."""
    services.remove_supplier(actor=actor, list_id=list_id, supplier_id=supplier_id)
    messages.success(request, _("The supplier was taken off the list."))
    return redirect("supplier-list", list_id)
