"""Fragments for forms: suggestions while a person types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reference.selectors import categories, units

SUGGESTIONS = 20


@require_GET
@login_required
def category_options(request: HttpRequest) -> HttpResponse:
    """``<option>`` elements for a datalist: categories that fit ``?q=``."""
    words = request.GET.get("q", "").strip()
    found = categories(words)[:SUGGESTIONS] if len(words) > 1 else []
    return render(request, "reference/options.html", {"entries": found})


@require_GET
@login_required
def category_choices(request: HttpRequest) -> HttpResponse:
    """Checkboxes named ``category`` for the categories that fit ``?q=``; none for no words."""
    words = request.GET.get("q", "").strip()
    found = categories(words)[:SUGGESTIONS] if len(words) > 1 else []
    context = {"entries": found, "words": words}
    return render(request, "reference/category_choices.html", context)


@require_GET
@login_required
def unit_options(request: HttpRequest) -> HttpResponse:
    """``<option>`` elements for a datalist: units that fit ``?q=``."""
    found = units(request.GET.get("q", "").strip())[:SUGGESTIONS]
    return render(request, "reference/options.html", {"entries": found})
