"""The buyer's page to change the times of a paused auction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from auctions.domain.rules.edits import has_bids
from auctions.domain.terms import LotOrder, Terms
from auctions.selectors import load
from auctions.services.closing import change_terms
from auctions.services.policies import place_of
from auctions.subject import subject_from
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.problems import STATUS, message
from kernel.errors import FairfallError

# Names of inputs, by the path of the term they change.
PATHS = {
    "length": "length",
    "lot_gap": "lot_gap",
    "window": "soft_close.window",
    "reset": "soft_close.reset",
    "hard_stop": "soft_close.hard_stop",
    "withdrawal_window": "withdrawal.window",
    "extension_times": "buyer_extension.times",
    "extension_length": "buyer_extension.length",
    "resume_notice": "resume_notice",
    "consent_time": "consent_time",
}


class TimesForm(forms.Form):
    """The terms that may change once bids exist. A duration reads hours:minutes:seconds."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    ref = forms.CharField(widget=forms.HiddenInput)
    length = forms.DurationField(label=_("Length of a lot"))
    lot_gap = forms.DurationField(label=_("Break between serial lots"))
    window = forms.DurationField(label=_("Window of the soft close"))
    reset = forms.DurationField(label=_("Extend to"))
    hard_stop = forms.DurationField(label=_("Hard stop after"))
    withdrawal_window = forms.DurationField(label=_("Time to ask for a withdrawal"))
    extension_times = forms.IntegerField(label=_("Extensions by the buyer"), min_value=0)
    extension_length = forms.DurationField(label=_("Longest extension"))
    resume_notice = forms.DurationField(label=_("Notice before resuming"))
    consent_time = forms.DurationField(label=_("Time to accept edited terms"))

    def __init__(self, terms: Terms, data: Any = None, *, bids: bool) -> None:
        super().__init__(
            data,
            initial={
                "version": terms.version,
                "ref": uuid4().hex,
                **{name: _value(terms, path) for name, path in PATHS.items()},
            },
        )
        self.terms = terms
        if terms.lot_order is not LotOrder.SERIAL:
            del self.fields["lot_gap"]
        if bids:
            self.fields["extension_times"].disabled = True
            self.fields["extension_times"].help_text = _("Stays as it is: there are bids.")
            self.fields["extension_length"].help_text = _("Only shorter: there are bids.")

    def clean(self) -> dict[str, Any]:
        """Refuse a form that was filled in for terms that have changed since."""
        cleaned = super().clean() or {}
        if cleaned.get("version") != self.terms.version:
            raise forms.ValidationError(_("The terms changed meanwhile: open this page again."))
        if not self.errors and self.changed() == replace(
            self.terms, version=self.terms.version + 1
        ):
            raise forms.ValidationError(_("Nothing differs from the terms in force."))
        return cleaned

    def changed(self) -> Terms:
        """The next version of the terms, with the times of this form."""
        given = {"lot_gap": self.terms.lot_gap, **self.cleaned_data}
        return replace(
            self.terms,
            version=self.terms.version + 1,
            length=given["length"],
            lot_gap=given["lot_gap"],
            soft_close=replace(
                self.terms.soft_close,
                window=given["window"],
                reset=given["reset"],
                hard_stop=given["hard_stop"],
            ),
            withdrawal=replace(self.terms.withdrawal, window=given["withdrawal_window"]),
            buyer_extension=replace(
                self.terms.buyer_extension,
                times=given["extension_times"],
                length=given["extension_length"],
            ),
            resume_notice=given["resume_notice"],
            consent_time=given["consent_time"],
        )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@as_actor(Capability.AUCTION_RUN)
def times(request: HttpRequest, actor: Actor, auction_id: UUID) -> HttpResponse:
    """Shows the times in force; sent back changed, every supplier is asked to consent anew."""
    place = place_of(actor, auction_id)
    if place.role != "buyer":
        return redirect("auctions:room", auction_id=auction_id)
    status = 200
    state = load(auction_id)
    form = TimesForm(state.rules, request.POST or None, bids=has_bids(state))
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_terms(
                    actor=actor,
                    auction_id=auction_id,
                    terms=form.changed(),
                    ref=form.cleaned_data["ref"],
                )
            except FairfallError as error:
                form.add_error(_field(form, error), message(error))
                status = STATUS[error.kind]
            else:
                messages.success(request, _("The terms were changed. Suppliers are asked again."))
                return redirect("auctions:console", auction_id=auction_id)
    context = {
        "form": form,
        "auction": place.auction,
        "subject": subject_from(place.auction.subject),
    }
    return render(request, "auctions/times.html", context, status=status)


def _value(terms: Terms, path: str) -> timedelta | int:
    value: Any = terms
    for name in path.split("."):
        value = getattr(value, name)
    found: timedelta | int = value
    return found


def _field(form: TimesForm, error: FairfallError) -> str | None:
    """The input an error belongs to, where the form has it."""
    told = {error.field, error.data.get("name")}
    return next(
        (name for name, path in PATHS.items() if path in told and name in form.fields), None
    )
