"""Pages of the shell itself: search, the style guide, and what is shown when something fails."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ui import slots
from ui.forms import AmountField

HITS_A_SOURCE = 8
LONGEST_SEARCH = 200


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """What each search source that this person may use finds for ``?q=``.

    With htmx the answer is the list below the search field alone.
    """
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    groups = []
    if words:
        for source in slots.SEARCH.visible(request):
            hits = source.find(request, words, HITS_A_SOURCE)
            if hits:
                groups.append({"key": source.key, "label": source.label, "hits": hits})
    template = "ui/search_hits.html" if request.htmx else "ui/search.html"  # type: ignore[attr-defined]
    return render(request, template, {"words": words, "groups": groups})


class GuideForm(forms.Form):
    """The style guide's sample form: one of each control."""

    title = forms.CharField(label="Title", help_text="As suppliers will read it.")
    amount = AmountField(label="Ceiling", max_digits=15, decimal_places=2)
    kind = forms.ChoiceField(label="Kind", choices=[("goods", "Goods"), ("works", "Works")])
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    terms = forms.BooleanField(label="I accept the terms")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Every component in one page, for those who build pages; only while trying or developing."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    page = Paginator(range(1, 401), 50).get_page(request.GET.get("page", 3))
    context = {
        "page": page,
        "form": GuideForm(),
        "broken": GuideForm({"broken-amount": "12,x", "broken-kind": "goods"}, prefix="broken"),
        "amount": Decimal("923150"),
        "saving": Decimal("-8.44"),
        "now": timezone.now(),
    }
    return render(request, "ui/guide.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Shown when a form's token does not fit; named by CSRF_FAILURE_VIEW."""
    return render(request, "403_csrf.html", status=403)
