"""The page of one's own supplier profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.problems import STATUS, message
from kernel.errors import FairfallError
from reference.models import Category
from suppliers.forms import ProfileForm
from suppliers.selectors import own_profile
from suppliers.services import save_profile


@require_http_methods(["GET", "POST"])
@as_actor(Capability.SUPPLIER_PROFILE_EDIT)
def edit_profile(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Read and change the profile."""
    status = 200
    current = own_profile(actor)
    if request.method == "POST":
        form = ProfileForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                codes = request.POST.getlist("category")
                save_profile(actor=actor, categories=codes, **form.cleaned_data)
            except FairfallError as error:
                known = error.field if error.field in form.fields else None
                form.add_error(known, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The profile was saved."))
                return redirect("supplier-profile")
    elif current is None:
        form = ProfileForm(initial={"contact_name": actor.display_name})
    else:
        form = ProfileForm(
            initial={
                "contact_name": current.contact_name,
                "contact_email": current.contact_email,
                "description": current.description,
                "regions": current.regions,
            }
        )
    if request.method == "POST":
        chosen = list(Category.objects.filter(pk__in=request.POST.getlist("category")))
    else:
        chosen = list(current.categories.all()) if current else []
    context = {"form": form, "chosen": chosen, "actor": actor}
    return render(request, "suppliers/profile.html", context, status=status)
