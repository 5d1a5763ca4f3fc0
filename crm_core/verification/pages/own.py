"""A company's own verification: how it stands, what is missing, handing in, answers, appeals."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.documents import services as documents
from crm_core.documents.errors import DocumentNotFound
from crm_core.documents.models import Document, DocumentKind
from crm_core.verification import selectors
from crm_core.verification.domain.refusals import EvidenceMissing
from crm_core.verification.domain.requirements import Required
from crm_core.verification.forms.own import AnswerForm, AppealForm, PaperForm, SubmitForm
from crm_core.verification.selectors import Outlook, own_company, own_entries, own_outlook
from crm_core.verification.services import own
from crm_core.verification.wording import (
    ABOUT_PAPERS,
    FIELDS,
    blocker,
    facet_name,
    facet_names,
    freshness,
    paper_name,
)
from infra.problems import STATUS, message
from kernel.errors import FairfallError
from reference.models import Category
from reference.selectors import category_codes

PER_PAGE = 10


@require_safe
@as_actor(Capability.DOCUMENT_READ)
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Where the company stands and what is still missing."""
    return _overview(request, actor)


@require_POST
@as_actor(Capability.DOCUMENT_READ, Capability.COMPANY_MANAGE)
def submit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand the case in."""
    outlook = own_outlook(actor)
    form = SubmitForm(request.POST, choices=_choices(outlook))
    return _done(
        request, actor, form, name="submit",
        do=lambda given: own.submit(actor=actor, asked=given["asked"]),
        success=_("The case is handed in. You will be told what becomes of it."),
    )  # fmt: skip


@require_POST
@as_actor(Capability.DOCUMENT_READ, Capability.COMPANY_MANAGE)
def answer(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand in what was asked for."""
    return _done(
        request, actor, AnswerForm(request.POST), name="answer",
        do=lambda given: own.answer(actor=actor, **given), success=_("Your answer is handed in."),
    )  # fmt: skip


@require_POST
@as_actor(Capability.DOCUMENT_READ, Capability.COMPANY_MANAGE)
def withdraw(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take the case back."""
    try:
        own.withdraw(actor=actor)
    except FairfallError as error:
        messages.error(request, message(error))
    else:
        messages.success(request, _("The case is yours again: change what you like, then submit."))
    return redirect("verification:own")


@require_POST
@as_actor(Capability.DOCUMENT_READ, Capability.COMPANY_MANAGE)
def appeal(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask for the last decision to be looked at again."""
    return _done(
        request, actor, AppealForm(request.POST), name="appeal",
        do=lambda given: own.appeal(actor=actor, **given),
        success=_("Your appeal is with the operator."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(Capability.DOCUMENT_READ)
def paper(request: HttpRequest, actor: Actor, kind: str) -> HttpResponse:
    """One document that is owed: what it must be, what is there, and a place for the file."""
    company = own_company(actor)
    if kind not in DocumentKind.values:
        raise DocumentNotFound()
    category = request.GET.get("category", request.POST.get("category", ""))[:10]
    kept = (
        Document.objects.filter(company=company, kind=kind, category=category)
        .order_by("created_at")
        .last()
        if category or kind != DocumentKind.LICENCE
        else None
    )
    form = PaperForm(request.POST or None, request.FILES or None, document=kept)
    status = 200
    if request.method == "POST":
        actor.require(Capability.DOCUMENT_EDIT)
        status = 422
        if kind == DocumentKind.LICENCE and not category_codes([category]):
            form.add_error(None, _("Choose the category the licence is for."))
        if form.is_valid():
            try:
                documents.upload(
                    actor=actor, **form.paper(kind=DocumentKind(kind), category=category)
                )
            except FairfallError as error:
                form.add_error(error.field if error.field in form.fields else None, message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The document was added."))
                return redirect("verification:own")
    outlook = own_outlook(actor)
    key = f"{kind}:{category}" if category else kind
    found = next((each for each in outlook.sheets if each.required.key == key), None)
    context = {
        "form": form,
        "name": paper_name(key),
        "about": ABOUT_PAPERS[kind],
        "freshness": freshness(found.required if found else Required(kind)),
        "versions": kept.versions.order_by("-number")[:10] if kept else (),
        "asks_category": kind == DocumentKind.LICENCE,
        "category": Category.objects.filter(code=category).first(),
        "may_edit": actor.can(Capability.DOCUMENT_EDIT) and not outlook.is_busy,
    }
    return render(request, "verification/paper.html", context, status=status)


def _done(
    request: HttpRequest,
    actor: Actor,
    form: forms.Form,
    *,
    name: str,
    do: Any,
    success: str,
) -> HttpResponse:
    status = 422
    if form.is_valid():
        try:
            do(form.cleaned_data)
        except EvidenceMissing as error:
            status = STATUS[error.kind]
            form.add_error(None, message(error))
            for each in error.data["blockers"]:
                form.add_error(None, blocker(each))
        except FairfallError as error:
            status = STATUS[error.kind]
            form.add_error(error.field if error.field in form.fields else None, message(error))
        else:
            messages.success(request, success)
            return redirect("verification:own")
    return _overview(request, actor, status=status, **{f"{name}_form": form})


def _overview(
    request: HttpRequest, actor: Actor, *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    outlook = own_outlook(actor)
    file = outlook.file
    open_sides = [each for each in outlook.sides if each.state != "verified"]
    entries = Paginator(own_entries(actor), PER_PAGE).get_page(request.GET.get("page"))
    may_manage = actor.can(Capability.COMPANY_MANAGE)
    may_submit = may_manage and outlook.state in ("draft", "verified", "rejected") and open_sides
    against = file is not None and (file.measure != "none" or file.state == "rejected")
    context = {
        "company": outlook.company,
        "file": file,
        "state": outlook.state,
        "sides": [
            (each, facet_name(each.key), [blocker(str(why)) for why in each.blockers])
            for each in outlook.sides
        ],
        "sheets": [
            (each, paper_name(each.required.key), freshness(each.required))
            for each in outlook.sheets
        ],
        "missing": [FIELDS[name] for name in sorted(outlook.missing)],
        "has_profile": not outlook.missing,
        "asked": facet_names(file.asked if file else ()),
        "question": _question(actor, outlook),
        "decision": _decision(actor, outlook),
        "entries": entries,
        "shown_words": selectors.WITH_WORDS,
        "may_manage": may_manage,
        "may_submit": may_submit,
        "may_upload": actor.can(Capability.DOCUMENT_EDIT) and not outlook.is_busy,
        "may_withdraw": may_manage and outlook.state in ("submitted", "info_requested"),
        "may_appeal": may_manage and against and file is not None and file.appeal == "none",
        "submit_form": SubmitForm(
            initial={"asked": _proposed(outlook)}, choices=_choices(outlook)
        ),
        "answer_form": AnswerForm(),
        "appeal_form": AppealForm(),
        **bound,
    }  # fmt: skip
    return render(request, "verification/own.html", context, status=status)


def _choices(outlook: Outlook) -> list[tuple[str, str]]:
    """Facets that are not verified for long yet."""
    return [(each.key, facet_name(each.key)) for each in outlook.sides if each.state != "verified"]


def _proposed(outlook: Outlook) -> list[str]:
    """What is ticked at first: what was asked for before, or everything that can be."""
    before = [each.key for each in outlook.sides if each.is_asked and each.state != "verified"]
    return before or [key for key, _name in _choices(outlook)]


def _question(actor: Actor, outlook: Outlook) -> Any:
    if outlook.state != "info_requested":
        return None
    return own_entries(actor).filter(action="info_requested").first()


def _decision(actor: Actor, outlook: Outlook) -> Any:
    """The last decision against the company, for its reason and words."""
    if outlook.state != "rejected":
        return None
    return own_entries(actor).filter(action="rejected").first()
