"""Rehearsals of a tender: ask for one, follow it, read what came of it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from auctions.domain.direction import RISING, rises_in
from auctions.domain.terms import Terms
from auctions.rehearsal import report
from auctions.rehearsal.errors import NothingToRehearse, TermsNotReady
from auctions.rehearsal.models import Rehearsal
from auctions.rehearsal.play.bots import Strategy
from auctions.rehearsal.play.condition import takes_discounts
from auctions.rehearsal.play.costs import USUAL_SAVING, Spread
from auctions.rehearsal.play.formats import FORMATS
from auctions.rehearsal.play.together import takes_packages
from auctions.rehearsal.setup import MOST_BOTS, MOST_RUNS, price_levels
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra import sheets
from infra.problems import message
from kernel.decimals import to_wire
from kernel.errors import FairfallError, Kind
from marketplace.tenders.models import Tender
from marketplace.tenders.pages.common import done_or_told, put_error
from marketplace.tenders.pages.forms import DECIMAL
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services import rehearsing
from ui.widgets import Ticks

PER_PAGE = 20
STATE_LOOK = {
    "queued": ("", "clock"), "running": ("info", "player-play"),
    "done": ("ok", "circle-check"), "cancelled": ("", "ban"),
}  # fmt: skip


class RehearsalForm(forms.Form):
    """Carries text; the service judges it and names the field."""

    bots = forms.CharField(
        label=gettext_lazy("Bidders"), initial="5", max_length=6, required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_BOTS}),
    )  # fmt: skip
    runs = forms.CharField(
        label=gettext_lazy("Runs"), initial="50", max_length=6, required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_RUNS}),
        help_text=gettext_lazy("Each with other costs, drawn from the seed."),
    )  # fmt: skip
    strategies = forms.MultipleChoiceField(
        label=gettext_lazy("Habits, dealt in turn"),
        choices=[(each.value, report.STRATEGIES[each]) for each in Strategy],
        initial=[Strategy.STRAIGHT.value, Strategy.SNIPER.value, Strategy.TIMID.value],
        widget=Ticks, required=False,
    )  # fmt: skip
    spread = forms.ChoiceField(
        label=gettext_lazy("Costs"), required=False, initial=Spread.UNIFORM.value,
        choices=[(each.value, report.SPREADS[each]) for each in Spread],
        help_text=gettext_lazy("In percent of each lot's price level. No bidder goes below."),
    )  # fmt: skip
    cost_low = forms.CharField(
        label=gettext_lazy("Lowest cost"), initial="75", max_length=12, required=False,
        widget=forms.TextInput(attrs=DECIMAL),
    )  # fmt: skip
    cost_high = forms.CharField(
        label=gettext_lazy("Highest cost"), initial="95", max_length=12, required=False,
        widget=forms.TextInput(attrs=DECIMAL),
    )  # fmt: skip
    cost_error = forms.CharField(
        label=gettext_lazy("Misjudged by at most"), initial="5", max_length=12, required=False,
        widget=forms.TextInput(attrs=DECIMAL),
        help_text=gettext_lazy("For one true cost only."),
    )  # fmt: skip
    cost_list = forms.CharField(
        label=gettext_lazy("Listed costs, percent"), max_length=200, required=False,
        help_text=gettext_lazy("For listed costs only, for example: 78; 82.5; 90"),
    )  # fmt: skip
    package_saving = forms.CharField(
        label=gettext_lazy("A package saves at most"), initial=to_wire(USUAL_SAVING), max_length=12,
        required=False, widget=forms.TextInput(attrs=DECIMAL),
        help_text=gettext_lazy("Each bidder offers one, of lots it serves for less together."),
    )  # fmt: skip
    discount_saving = forms.CharField(
        label=gettext_lazy("A discount's condition saves at most"), initial=to_wire(USUAL_SAVING),
        max_length=12, required=False, widget=forms.TextInput(attrs=DECIMAL),
        help_text=gettext_lazy("Each bidder offers one, for lots that together save it so much."),
    )  # fmt: skip
    steps = forms.CharField(
        label=gettext_lazy("Other steps to compare, percent"), max_length=60, required=False,
        initial="0.2; 1", help_text=gettext_lazy("Up to four, with semicolons between them."),
    )  # fmt: skip
    formats = forms.MultipleChoiceField(
        label=gettext_lazy("Other formats to compare"), required=False,
        widget=Ticks,
    )  # fmt: skip
    seed = forms.CharField(
        label=gettext_lazy("Seed"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("The same seed gives the same rehearsal. Empty: a new one."),
    )  # fmt: skip

    UNITS = dict.fromkeys(
        ("cost_low", "cost_high", "cost_error", "package_saving", "discount_saving"), "%"
    )

    def __init__(self, data: Any = None, *, tender: Tender, terms: Terms) -> None:
        super().__init__(data, use_required_attribute=False)
        others = [] if rises_in(terms) else [
            name for name in FORMATS if name is not terms.format and name not in RISING
        ]  # fmt: skip
        if others:
            names = [(name.value, report.format_name(name)) for name in others]
            self.fields["formats"].choices = names  # type: ignore[attr-defined]
        else:
            del self.fields["formats"]
        if not takes_packages(terms):
            del self.fields["package_saving"]
        if not takes_discounts(terms):
            del self.fields["discount_saving"]
        _levels, missing = price_levels({}, terms, rehearsing.price_levels(tender))
        self.units = dict(self.UNITS)
        for lot in terms.lots:
            if lot.number in missing:
                name = f"price_{lot.number}"
                self.fields[name] = forms.CharField(
                    label=_("Price level of lot {lot}").format(lot=lot.number), max_length=40,
                    required=False, widget=forms.TextInput(attrs=DECIMAL),
                    help_text=_("Nothing in the terms tells it: costs are percents of this."),
                )  # fmt: skip
                self.units[name] = terms.currency

    def rows(self) -> list[dict[str, Any]]:
        """The fields with their units."""
        return [{"field": self[name], "unit": self.units.get(name, "")} for name in self.fields]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@as_actor(Capability.TENDER_EDIT)
def rehearsals(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The kept rehearsals and the form for a new one."""
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    form, closed, status = None, None, 200
    try:
        _tender, terms = rehearsing.rehearsable(actor, tender_id)
        form = RehearsalForm(request.POST or None, tender=tender, terms=terms)
    except (NothingToRehearse, TermsNotReady) as error:
        if request.method == "POST":
            status = 409
        closed = message(error)
    if request.method == "POST" and form is not None:
        if form.is_valid():
            try:
                made = rehearsing.rehearse(
                    actor=actor, tender_id=tender_id, typed=form.cleaned_data
                )
                return redirect("tenders:rehearsal", tender_id, made.pk)
            except FairfallError as error:
                if error.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND):
                    raise
                put_error(form, error)
        status = 422
    found = Paginator(rehearsing.rehearsals_of(actor, tender_id), PER_PAGE)
    context = {
        "tender": tender,
        "step": "rehearsals",
        "form": form,
        "closed": closed,
        "page": found.get_page(request.GET.get("page")),
        "look": STATE_LOOK,
    }
    return render(request, "tenders/rehearsals.html", context, status=status)


@require_safe
@never_cache
@as_actor(Capability.TENDER_EDIT)
def rehearsal(
    request: HttpRequest, actor: Actor, tender_id: UUID, rehearsal_id: UUID
) -> HttpResponse:
    """How far it is, then what came of it. With htmx the progress alone, until it is over."""
    tender = own_tender(actor, tender_id, Capability.TENDER_EDIT)
    found = rehearsing.rehearsal_of(actor, tender_id, rehearsal_id)
    context: dict[str, Any] = {"tender": tender, "rehearsal": found, "look": STATE_LOOK}
    if request.htmx and found.is_open:  # type: ignore[attr-defined]
        return render(request, "tenders/rehearsal_progress.html", context)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Refresh": "true"})
    lot = request.GET.get("lot", "")
    context["report"] = report.report(
        found, lot=int(lot) if lot.isascii() and lot.isdecimal() and len(lot) < 4 else 1
    )
    return render(request, "tenders/rehearsal.html", context)


@require_POST
@as_actor(Capability.TENDER_EDIT)
def cancel(request: HttpRequest, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> HttpResponse:
    """Stop it; what was played is kept."""
    return done_or_told(
        request,
        lambda: rehearsing.cancel(actor=actor, tender_id=tender_id, rehearsal_id=rehearsal_id),
        success=_("Stopped. What was played is kept."),
        back=lambda: redirect("tenders:rehearsal", tender_id, rehearsal_id),
    )


@require_POST
@as_actor(Capability.TENDER_EDIT)
def again(request: HttpRequest, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> HttpResponse:
    """The same once more."""
    made: list[Rehearsal] = []
    return done_or_told(
        request,
        lambda: made.append(
            rehearsing.again(actor=actor, tender_id=tender_id, rehearsal_id=rehearsal_id)
        ),
        success="",
        back=lambda: redirect("tenders:rehearsal", tender_id, made[0].pk if made else rehearsal_id),
    )


@require_POST
@as_actor(Capability.TENDER_EDIT)
def delete(request: HttpRequest, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> HttpResponse:
    """Forget it."""
    return done_or_told(
        request,
        lambda: rehearsing.delete(actor=actor, tender_id=tender_id, rehearsal_id=rehearsal_id),
        success=_("The rehearsal is deleted."),
        back=lambda: redirect("tenders:rehearsals", tender_id),
    )


@require_safe
@as_actor(Capability.TENDER_EDIT)
def as_csv(request: HttpRequest, actor: Actor, tender_id: UUID, rehearsal_id: UUID) -> HttpResponse:
    """One row a run and lot."""
    found = rehearsing.rehearsal_of(actor, tender_id, rehearsal_id)
    content = sheets.written(
        "csv", titles=report.csv_titles(), rows=report.csv_rows(found), sheet=_("Rehearsal")
    )
    return _file(content, sheets.MEDIA_TYPES["csv"], f"rehearsal-{found.pk}.csv")


@require_safe
@as_actor(Capability.TENDER_EDIT)
def as_json(
    request: HttpRequest, actor: Actor, tender_id: UUID, rehearsal_id: UUID
) -> HttpResponse:
    """Everything kept, for programs."""
    found = rehearsing.rehearsal_of(actor, tender_id, rehearsal_id)
    text = json.dumps(report.document(found), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return _file(text.encode(), "application/json", f"rehearsal-{found.pk}.json")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
