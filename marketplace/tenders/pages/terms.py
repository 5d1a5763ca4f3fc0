"""The terms on one page with what suppliers will read; the checklist; publication."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from auctions.domain.terms import LotTerms
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.people.zones import zone_of
from marketplace import lists
from marketplace.tenders import presets, terms_fields, wording
from marketplace.tenders.building import Built
from marketplace.tenders.formats import CHOICES, amount_unit, choice_of
from marketplace.tenders.models import Tender
from marketplace.tenders.pages.common import done_or_told
from marketplace.tenders.pages.forms import TermsForm
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services import drafting, publishing
from ui.formatting import quantity


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(Capability.TENDER_EDIT)
def terms(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Every setting with the rule it sets. Saved whatever it says; problems stand beside fields.

    With htmx the answer is the preview alone, so that it follows while settings are changed.
    """
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    if not tender.is_draft:
        return redirect("tenders:detail", tender.pk)
    zone = zone_of(request.user)
    if request.method == "POST":
        form = TermsForm(request.POST, rules=tender.rules, zone=zone, unit=amount_unit(tender))
        form.is_valid()
        tender = drafting.set_terms(actor=actor, tender_id=tender_id, rules=form.rules())
        if not request.htmx:  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect("tenders:terms", tender_id)
    built = publishing.check_for_publication(actor=actor, tender_id=tender_id)
    problems = _by_field(built)
    form = TermsForm(rules=tender.rules, zone=zone, unit=amount_unit(tender), problems=problems)
    context = {"tender": tender, "form": form, "step": "terms", **preview(tender, built)}
    chosen = choice_of(tender.rules)
    context |= {
        "formats": [each for each in CHOICES if not each.for_experts],
        "formats_for_experts": [each for each in CHOICES if each.for_experts],
        # A wrong name may have meant any of them.
        "open_experts": chosen.for_experts or "format" in problems,
        "chosen": chosen,
        "presets": presets.CHOICES,
        "preset": presets.BY_NAME.get(str(tender.rules.get("preset", ""))),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "tenders/terms_preview.html", context)
    return render(request, "tenders/terms.html", context)


@require_POST
@as_actor(Capability.TENDER_EDIT)
def choose_format(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """Take another format, or a preset with its settings; other formats' settings stay."""
    preset = request.POST.get("preset")
    chosen = {"format": request.POST.get("format", ""), "preset": ""}

    def choose() -> None:
        if preset is None:
            drafting.set_terms(actor=actor, tender_id=tender_id, rules=chosen)
        else:
            drafting.take_preset(actor=actor, tender_id=tender_id, name=preset)

    return done_or_told(
        request,
        choose,
        success=_("Changed. Look at the settings below."),
        back=lambda: redirect("tenders:terms", tender_id),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@as_actor(Capability.TENDER_EDIT)
def publish(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """What is left to settle, what suppliers will read, and the button."""
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    if not tender.is_draft:
        return redirect("tenders:detail", tender.pk)
    if request.method == "POST":
        return done_or_told(
            request,
            lambda: publishing.publish(actor=actor, tender_id=tender_id),
            success=_("Published. The suppliers are being invited."),
            back=lambda: redirect("tenders:publish", tender_id),
        )
    built = publishing.check_for_publication(actor=actor, tender_id=tender_id)
    context = {
        "tender": tender,
        "step": "publish",
        "built": built,
        "may_publish": actor.can(Capability.TENDER_PUBLISH),
        "lots": list(tender.lots.order_by("number")),
        "invitations": list(tender.invitations.select_related("company")[:200]),
        **preview(tender, built),
    }
    return render(request, "tenders/publish.html", context)


def preview(tender: Tender, built: Built) -> dict[str, Any]:
    """The terms as suppliers will read them, and the problems with the page that mends each."""
    return {
        "words": wording.in_words(built.preview) if built.preview else [],
        "preview_lots": lot_rows(built.preview, tender.currency) if built.preview else [],
        "preview_terms": built.terms,
        "problems": [_linked(problem) for problem in built.problems],
    }


def lot_rows(terms: Any, currency: str) -> list[dict[str, Any]]:
    """The public part of every lot, as text."""
    return [_lot_row(lot, currency, lists.unit_symbol(lot.unit)) for lot in terms.lots]


def _lot_row(lot: LotTerms, currency: str, symbol: str) -> dict[str, Any]:
    return {
        "number": lot.number,
        "title": lot.title,
        "quantity": wording.quantity_in_words(lot, symbol),
        "ceiling": lot.ceiling,
        "start": lot.start,
        "budget": lot.budget,
        "floor": None if lot.floor is None else quantity(lot.floor, symbol),
        "step": wording.step_in_words(lot, currency, symbol),
        "grid": lot.grid,
        "reserve": lot.reserve_commitment is not None,
        "lines": [
            {
                "number": line.number,
                "title": line.title,
                "quantity": wording.quantity_in_words(line, lists.unit_symbol(line.unit)),
                "scale": line.scale,
                "ceiling": line.ceiling,
            }
            for line in lot.lines or ()
        ],
    }


def _linked(problem: terms_fields.Problem) -> dict[str, Any]:
    if problem.lot is not None or problem.field in ("lots", "title", "currency"):
        page, anchor = "tenders:edit", ""
    elif problem.field == "invitations":
        page, anchor = "tenders:invite", ""
    else:
        field = terms_fields.BY_KEY.get(problem.field)
        page, anchor = "tenders:terms", f"#id_{field.html_name}" if field else ""
    label = terms_fields.BY_KEY[problem.field].label if problem.field in terms_fields.BY_KEY else ""
    return {
        "message": problem.message,
        "lot": problem.lot,
        "page": page,
        "anchor": anchor,
        "label": label,
    }


def _by_field(built: Built) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for problem in built.problems:
        if problem.lot is None:
            found[problem.field].append(problem.message)
    return found
