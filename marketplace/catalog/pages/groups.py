"""The supplier's customer groups: made, filled and emptied on one page each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from kernel.errors import FairfallError
from marketplace.acting import done_or_told, put_error
from marketplace.catalog import selectors
from marketplace.catalog.errors import CustomerUnknown
from marketplace.catalog.pages.forms import GroupForm
from marketplace.catalog.policies import own_group
from marketplace.catalog.services import groups

MOST_FOUND = 20
READ, EDIT = Capability.CATALOG_READ, Capability.OFFER_EDIT


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(READ)
def group_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The company's groups, and a form for another."""
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = groups.create_group(actor=actor, name=form.cleaned_data["name"])
        except FairfallError as error:
            if error.field is None:
                raise
            put_error(form, error)
        else:
            return redirect("catalog:group", made.pk)
    context = {
        "groups": list(selectors.groups(actor)),
        "form": form,
        "may_edit": actor.can(EDIT),
    }
    return render(request, "catalog/groups.html", context, status=422 if form.errors else 200)


@require_safe
@as_actor(READ)
def group(request: HttpRequest, actor: Actor, group_id: UUID) -> HttpResponse:
    """A group's customers, and a search for more."""
    found = own_group(actor, group_id)
    members = list(found.members.select_related("company").order_by("company__latin_name", "id"))
    words = request.GET.get("q", "").strip()[:200]
    candidates = (
        selectors.customers(actor, search=words).exclude(
            pk__in=[each.company_id for each in members]
        )[:MOST_FOUND]
        if words
        else []
    )
    context = {
        "group": found, "members": members, "words": words, "candidates": candidates,
        "may_edit": actor.can(EDIT),
    }  # fmt: skip
    return render(request, "catalog/group.html", context)


@require_POST
@as_actor(EDIT)
def add(request: HttpRequest, actor: Actor, group_id: UUID) -> HttpResponse:
    """Put a customer into the group."""
    return done_or_told(
        request,
        lambda: groups.add_customer(actor=actor, group_id=group_id, company_id=_company(request)),
        success=_("The group's prices are for this customer from now on."),
        back=lambda: redirect("catalog:group", group_id),
    )


@require_POST
@as_actor(EDIT)
def remove(request: HttpRequest, actor: Actor, group_id: UUID) -> HttpResponse:
    """Take a customer out of the group."""
    return done_or_told(
        request,
        lambda: groups.remove_customer(
            actor=actor, group_id=group_id, company_id=_company(request)
        ),
        success=_("The group's prices are not for this customer any more."),
        back=lambda: redirect("catalog:group", group_id),
    )


def _company(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("company", ""))
    except ValueError as error:
        raise CustomerUnknown() from error
