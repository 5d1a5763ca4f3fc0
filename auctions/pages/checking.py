"""The public page where anybody has an exported ledger verified; nobody needs an account."""

from __future__ import annotations

from typing import Any

from allauth.core.ratelimit import consume_or_429
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from auctions.ledger.report import Level
from auctions.pages.verification import rows
from auctions.services.checking import Checked, check_ledger
from infra.problems import STATUS, message
from kernel.errors import FairfallError

ACTION = "ledger_check"
_JSON = ".json,.jsonl,application/json"
SCOPES = {
    "full": _("every entry"),
    "participant": _("what one participant may open"),
    "public": _("what the terms open to everybody"),
}


class CheckForm(forms.Form):
    """An exported ledger and what was kept beside it."""

    ledger = forms.FileField(
        label=_("Exported ledger"),
        help_text=_("The JSON file, as it was downloaded. It is checked and not kept."),
        error_messages={"required": _("Choose the exported ledger: a JSON file.")},
        widget=forms.FileInput(attrs={"accept": _JSON}),
    )
    receipts = forms.FileField(
        label=_("Receipts"),
        required=False,
        help_text=_("Those you kept: the file from the bidding page, or answers line by line."),
        widget=forms.FileInput(attrs={"accept": _JSON}),
    )
    checkpoints = forms.FileField(
        label=_("Checkpoints"),
        required=False,
        help_text=_("Those you kept. They show that history was not rewritten behind them."),
        widget=forms.FileInput(attrs={"accept": _JSON}),
    )
    key = forms.CharField(
        label=_("Public key"),
        required=False,
        max_length=1000,
        help_text=_(
            "Got by another way than this site: PEM, or 64 hexadecimal digits. Without one the"
            " key of this platform is used."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Verify an export that somebody was given; what is uploaded is not kept."""
    context: dict[str, Any] = {"form": CheckForm()}
    status = 200
    if request.method == "POST":
        limited = consume_or_429(request, action=ACTION, config=settings.LEDGER_CHECK_RATE_LIMITS)
        if limited is not None:
            return limited
        form = context["form"] = CheckForm(request.POST, request.FILES)
        status = 422
        if form.is_valid():
            try:
                found = check_ledger(
                    form.cleaned_data["ledger"],
                    receipts=form.cleaned_data["receipts"],
                    checkpoints=form.cleaned_data["checkpoints"],
                    key=form.cleaned_data["key"],
                )
            except FairfallError as error:
                form.add_error(error.field, message(error))
                status = STATUS[error.kind]
            else:
                status = 200
                context |= {"form": CheckForm(), **_shown(found)}
    return render(request, "auctions/check.html", context, status=status)


def _shown(found: Checked) -> dict[str, Any]:
    about = found.report.about  # empty of a file that does not read to its end
    failed = [each for each in found.report.findings if each.level is Level.FAILED]
    return {
        "found": found,
        "about": about,
        "scope": SCOPES.get(about["scope"], about["scope"]) if about else "",
        "first": next((each for each in failed if each.seq), None),
        "rows": rows(found.report, {}),
        "unopened": about["entries"] - about["entries_opened"] if about else 0,
    }
