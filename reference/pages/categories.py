"""Taxonomies: their trees, found by words or walked, and the page of one category."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reference import taxonomies
from reference.errors import CategoryNotFound
from reference.guard import is_operator
from reference.models import Taxonomy

PER_PAGE = 50


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """The taxonomies that hold something; the operator sees the empty ones too."""
    operates = is_operator(request)
    rows = [each for each in taxonomies.taxonomies() if each[1] or operates]
    return render(request, "reference/start.html", {"rows": rows, "operates": operates})


@require_safe
@login_required
def taxonomy(request: HttpRequest, taxonomy: str) -> HttpResponse:
    """The top of a taxonomy, or, with ``?q=``, the categories that hold the words."""
    if taxonomy not in Taxonomy.values:
        raise CategoryNotFound()
    words = request.GET.get("q", "").strip()[:200]
    context = {
        "taxonomy": Taxonomy(taxonomy),
        "words": words,
        "found": _page(request, taxonomies.tree(taxonomy, search=words)),
        "operates": is_operator(request),
    }
    return render(request, "reference/taxonomy.html", context)


@require_safe
@login_required
def category(request: HttpRequest, category: str) -> HttpResponse:
    """A category: the way to it, what is below, and what its goods are described by."""
    return render(request, "reference/category.html", category_context(request, category))


def category_context(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the page of a category shows. Raises CategoryNotFound."""
    way = taxonomies.way_to(code)
    operates = is_operator(request)
    below = taxonomies.tree(way[-1].taxonomy, parent=code)
    return {
        "category": way[-1],
        "above": way[:-1],
        "taxonomy": Taxonomy(way[-1].taxonomy),
        "found": _page(request, below),
        "attributes": taxonomies.held(way, retired=operates),
        "corresponding": taxonomies.corresponding(code),
        "operates": operates,
    }


def _page(request: HttpRequest, found: Any) -> Any:
    page: Any = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return page
