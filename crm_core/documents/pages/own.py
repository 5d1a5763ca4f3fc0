"""The documents of the active company; the files people may see."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.documents import services
from crm_core.documents.forms import UploadForm
from crm_core.documents.selectors import own_documents
from infra.files.kinds import FileKind
from infra.files.serving import send
from infra.problems import STATUS, message
from kernel.errors import FairfallError

PER_PAGE = 25


@require_http_methods(["GET", "POST"])
@as_actor(Capability.DOCUMENT_READ)
def documents(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What the company has, and the form for more."""
    may_edit = actor.can(Capability.DOCUMENT_EDIT)
    found = own_documents(actor)
    form = UploadForm(request.POST or None, request.FILES or None, documents=list(found[:200]),
                      initial={"kind": request.GET.get("kind", "")})  # fmt: skip
    status = 200
    if request.method == "POST":
        actor.require(Capability.DOCUMENT_EDIT)
        status = 422
        if form.is_valid():
            try:
                services.upload(actor=actor, **form.values())
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The document was added."))
                return redirect("documents")
    context = {
        "documents": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "may_edit": may_edit,
    }
    return render(request, "documents/documents.html", context, status=status)


@require_POST
@as_actor(Capability.DOCUMENT_EDIT)
def delete(request: HttpRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    """Remove a draft."""
    services.delete_draft(actor=actor, version_id=version_id)
    messages.success(request, _("The draft was deleted."))
    return redirect("documents")


@require_GET
@as_actor()
def content(request: HttpRequest, actor: Actor, version_id: UUID) -> FileResponse:
    """The file: within the site where its type is safe there, a download with ``?download=1``."""
    version, file = services.content_for(actor=actor, version_id=version_id)
    return send(
        file=file, name=version.name, kind=FileKind(version.file_kind), size=version.size,
        shown=request.GET.get("download") != "1",
    )  # fmt: skip
