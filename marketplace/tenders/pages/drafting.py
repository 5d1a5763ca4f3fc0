"""Drafts: what is bought, lot by lot."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from kernel.errors import FairfallError
from marketplace.tenders.errors import LotNotFound
from marketplace.tenders.models import Lot, Tender
from marketplace.tenders.pages.common import done_or_told, put_error
from marketplace.tenders.pages.forms import LotForm, PasteForm, TenderForm
from marketplace.tenders.pages.lines import card
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services import drafting, lots

EDIT = Capability.TENDER_EDIT


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def create(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin a draft."""
    form = TenderForm(request.POST or None, initial={"currency": "EUR"})
    if request.method == "POST" and form.is_valid():
        try:
            tender = drafting.create_draft(actor=actor, **form.cleaned_data)
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The draft is saved. Add its lots."))
            return redirect("tenders:edit", tender.pk)
    return render(request, "tenders/create.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def edit(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Title, description, currency; and the table of lots."""
    tender = own_tender(actor, tender_id, EDIT)
    if not tender.is_draft:
        return redirect("tenders:detail", tender.pk)
    form = _about(tender, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.update_draft(actor=actor, tender_id=tender_id, **form.cleaned_data)
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("tenders:edit", tender.pk)
    return _edit_page(request, tender, form=form)


@require_POST
@as_actor(EDIT)
def add_lot(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Append a lot."""
    tender = own_tender(actor, tender_id, EDIT)
    form = LotForm(request.POST)
    if form.is_valid():
        try:
            lots.add_lot(actor=actor, tender_id=tender_id, lot=form.to_input())
        except FairfallError as error:
            put_error(form, error)
        else:
            return redirect("tenders:edit", tender_id)
    return _edit_page(request, tender, lot_form=form)


@require_POST
@as_actor(EDIT)
def paste_lots(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Append lots copied from a spreadsheet, all or none."""
    tender = own_tender(actor, tender_id, EDIT)
    form = PasteForm(request.POST)
    if form.is_valid():
        try:
            typed = lots.lots_from_text(form.cleaned_data["pasted"])
            lots.add_lots(actor=actor, tender_id=tender_id, lots=typed)
        except FairfallError as error:
            put_error(form, error)
        else:
            return redirect("tenders:edit", tender_id)
    return _edit_page(request, tender, paste_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(EDIT)
def edit_lot(request: HttpRequest, actor: Actor, tender_id: UUID, lot_id: UUID) -> HttpResponse:
    """One lot with all its fields."""
    tender = own_tender(actor, tender_id, EDIT)
    lot = _lot(tender, lot_id)
    if not tender.is_draft:
        return redirect("tenders:detail", tender.pk)
    form = LotForm(request.POST or None, initial=LotForm.initial_of(lot))
    if request.method == "POST" and form.is_valid():
        try:
            lots.update_lot(actor=actor, tender_id=tender_id, lot_id=lot_id, lot=form.to_input())
        except FairfallError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("tenders:edit", tender_id)
    context = {**card(tender, lot), "form": form}
    return render(request, "tenders/lot.html", context, status=_status(form))


@require_POST
@as_actor(EDIT)
def move(request: HttpRequest, actor: Actor, tender_id: UUID, lot_id: UUID) -> HttpResponse:
    """Let a lot change places with its neighbour."""
    return done_or_told(
        request,
        lambda: lots.move_lot(
            actor=actor, tender_id=tender_id, lot_id=lot_id,
            earlier=request.POST.get("to") == "earlier",
        ),
        success="",
        back=lambda: redirect("tenders:edit", tender_id),
    )  # fmt: skip


@require_POST
@as_actor(EDIT)
def remove(request: HttpRequest, actor: Actor, tender_id: UUID, lot_id: UUID) -> HttpResponse:
    """Take a lot out."""
    return done_or_told(
        request,
        lambda: lots.remove_lot(actor=actor, tender_id=tender_id, lot_id=lot_id),
        success=_("The lot was removed."),
        back=lambda: redirect("tenders:edit", tender_id),
    )


@require_POST
@as_actor(EDIT)
def delete(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Remove a draft for good."""
    return done_or_told(
        request,
        lambda: drafting.delete_draft(actor=actor, tender_id=tender_id),
        success=_("The draft was deleted."),
        back=lambda: redirect("tenders:list"),
    )


@require_POST
@as_actor(EDIT)
def copy(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """A new draft from this tender."""
    tender = drafting.copy_tender(actor=actor, tender_id=tender_id)
    messages.success(
        request, _("%(reference)s is a copy. Set its start.") % {"reference": tender.reference}
    )
    return redirect("tenders:edit", tender.pk)


def _about(tender: Tender, data: Any = None) -> TenderForm:
    """The tender's own fields, with ids that differ from the lot form's on the same page."""
    return TenderForm(data, initial=TenderForm.initial_of(tender), auto_id="tender_%s")


def _edit_page(
    request: HttpRequest,
    tender: Tender,
    *,
    form: TenderForm | None = None,
    lot_form: LotForm | None = None,
    paste_form: PasteForm | None = None,
) -> HttpResponse:
    if not tender.is_draft:
        return redirect("tenders:detail", tender.pk)
    wrong = next((each for each in (form, lot_form, paste_form) if each and each.errors), None)
    context = {
        "tender": tender,
        "lots": list(tender.lots.order_by("number").annotate(line_count=Count("lines"))),
        "form": form or _about(tender),
        "lot_form": lot_form or LotForm(initial={"unit": "C62", "scale": 2}),
        "paste_form": paste_form or PasteForm(),
        "open_lot": bool(lot_form),
        "open_paste": bool(paste_form),
        "step": "edit",
    }
    return render(request, "tenders/edit.html", context, status=422 if wrong else 200)


def _lot(tender: Tender, lot_id: UUID) -> Lot:
    lot = tender.lots.filter(pk=lot_id).first()
    if lot is None:
        raise LotNotFound()
    return lot


def _status(form: TenderForm | LotForm) -> int:
    return 422 if form.is_bound and form.errors else 200
