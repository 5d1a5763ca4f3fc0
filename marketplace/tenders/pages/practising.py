"""The practice of an invited supplier: begin one, go to its room, end it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from auctions.domain.terms import Terms
from auctions.rehearsal.errors import NothingToPractise
from auctions.rehearsal.practice.opening import MOST_RIVALS
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.problems import message
from kernel.errors import FairfallError, Kind
from marketplace.tenders.pages.common import done_or_told, put_error
from marketplace.tenders.pages.forms import DECIMAL
from marketplace.tenders.policies import own_invitation
from marketplace.tenders.services import practising


class PracticeForm(forms.Form):
    """Carries text; the service judges it and names the field."""

    rivals = forms.CharField(
        label=gettext_lazy("Simulated bidders"), initial="4", max_length=6,
        widget=forms.NumberInput(attrs={"min": 1, "max": MOST_RIVALS}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, terms: Terms) -> None:
        super().__init__(data, use_required_attribute=False)
        self.units: dict[str, str] = {}
        for lot in practising.lots_to_price(terms):
            name = f"price_{lot}"
            self.units[name] = terms.currency
            self.fields[name] = forms.CharField(
                label=_("Price level of lot {lot}").format(lot=lot), max_length=40,
                required=False, widget=forms.TextInput(attrs=DECIMAL),
                help_text=_("Where the simulated bidders begin. Only this practice uses it."),
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """The fields with their units."""
        return [{"field": self[name], "unit": self.units.get(name, "")} for name in self.fields]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@as_actor(Capability.AUCTION_BID)
def practice(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """The way into the practice room."""
    tender = own_invitation(actor, tender_id).tender
    running = practising.practice_of(actor, tender_id)
    form, closed, status = None, "", 200
    try:
        _tender, terms = practising.practisable(actor, tender_id)
        form = PracticeForm(request.POST or None, terms=terms)
    except NothingToPractise as error:
        closed = message(error)
        status = 409 if request.method == "POST" else 200
    if request.method == "POST" and form is not None:
        if form.is_valid():
            try:
                made = practising.begin(actor=actor, tender_id=tender_id, typed=form.cleaned_data)
                return redirect("auctions:room", made.auction_id)
            except FairfallError as error:
                if error.kind in (Kind.FORBIDDEN, Kind.NOT_FOUND):
                    raise
                put_error(form, error)
        status = 422
    context = {"tender": tender, "running": running, "form": form, "closed": closed}
    return render(request, "tenders/practice.html", context, status=status)


@require_POST
@as_actor(Capability.AUCTION_BID)
def end(request: HttpRequest, actor: Actor, tender_id: UUID) -> HttpResponse:
    """End and delete it."""
    return done_or_told(
        request,
        lambda: practising.end(actor=actor, tender_id=tender_id),
        success=_("The practice is over and deleted."),
        back=lambda: redirect("tenders:practice", tender_id),
    )
