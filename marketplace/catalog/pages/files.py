"""Pictures and documents of an offer: the supplier's page of them, and the files themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.files.kinds import TRAITS, FileKind, extensions_of
from infra.files.serving import send
from kernel.errors import FairfallError
from marketplace.acting import put_error
from marketplace.catalog.models import FileLanguage, OfferFileKind
from marketplace.catalog.policies import own_offer
from marketplace.catalog.services import files
from marketplace.catalog.services.files import FileInput

READ, EDIT = Capability.CATALOG_READ, Capability.OFFER_EDIT


class FileForm(forms.Form):
    """A file and what is said about it."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=OfferFileKind.choices)
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)
    alt_en = forms.CharField(
        label=gettext_lazy("What the picture shows, in English"), max_length=200, required=False
    )
    alt_ru = forms.CharField(label=gettext_lazy("In Russian"), max_length=200, required=False)
    alt_uk = forms.CharField(
        label=gettext_lazy("In Ukrainian"), max_length=200, required=False,
        help_text=gettext_lazy("For a picture. One language is enough."),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the document"), required=False,
        choices=[("", "–"), *FileLanguage.choices],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = files.types_of("image") | files.types_of("manual")
        self.fields["file"].widget.attrs["accept"] = ",".join(
            f".{each}" for each in extensions_of(kinds)
        )
        self.fields["file"].help_text = _("%(types)s, up to %(size)s.") % {
            "types": ", ".join(TRAITS[each].label for each in FileKind if each in kinds),
            "size": filesizeformat(settings.UPLOAD_LIMIT),
        }


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(READ)
def file_list(request: HttpRequest, actor: Actor, own_offer_id: UUID) -> HttpResponse:
    """An offer's files in their order, and the form for one more."""
    offer = own_offer(actor, own_offer_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        actor.require(EDIT)
        if form.is_valid():
            told = dict(form.cleaned_data)
            file = told.pop("file")
            try:
                files.add_file(actor=actor, offer_id=offer.pk, typed=FileInput(**told),
                               file=file, name=file.name)  # fmt: skip
            except FairfallError as error:
                put_error(form, error)
            else:
                messages.success(request, _("The file is added."))
                return redirect("catalog:files", offer.pk)
    kept = list(offer.files.all())
    context = {
        "offer": offer, "form": form, "may_edit": actor.can(EDIT),
        "pictures": [each for each in kept if each.is_image],
        "documents": [each for each in kept if not each.is_image],
    }  # fmt: skip
    return render(request, "catalog/files.html", context, status=422 if form.errors else 200)


@require_safe
@as_actor(READ)
def content(request: HttpRequest, actor: Actor, file_id: UUID) -> FileResponse:
    """The file: within the site where its type is safe there, a download with ``?download=1``, of a
    picture the small size with ``?small=1``."""
    small = request.GET.get("small") == "1"
    found, file = files.content_for(actor=actor, file_id=file_id, small=small)
    size = file.seek(0, 2)
    file.seek(0)
    return send(
        file=file, name=found.name, kind=found.media, size=size,
        shown=request.GET.get("download") != "1",
    )  # fmt: skip


@require_POST
@as_actor(EDIT)
def move(request: HttpRequest, actor: Actor, file_id: UUID) -> HttpResponse:
    """Put a file before the one above it, or after the one below with ``down``."""
    moved = files.move_file(actor=actor, file_id=file_id, up="down" not in request.POST)
    return redirect("catalog:files", moved.offer_id)


@require_POST
@as_actor(EDIT)
def delete(request: HttpRequest, actor: Actor, file_id: UUID) -> HttpResponse:
    """Remove a file for good."""
    offer = files.delete_file(actor=actor, file_id=file_id)
    messages.success(request, _("The file is deleted."))
    return redirect("catalog:files", offer)
