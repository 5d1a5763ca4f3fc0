"""The list of the catalog: what was looked for, what was found, and how that divides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from crm_core.access.forms import country_choices
from infra.problems import message
from kernel.errors import FairfallError
from marketplace import lists
from marketplace.search import asked, selectors
from marketplace.search.domain.query import LONGEST, Filters
from marketplace.search.selectors import Choice, Facet, Facets

READ = Capability.CATALOG_READ
CHOSEN = ("category", "supplier", "country", "lead_time")  # by links; the form has no field of them


@dataclass(frozen=True, slots=True)
class Link:
    """A value of a facet as a link: to the search with it, or without it where it is chosen."""

    label: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet with its links; one of numbers has bounds and the ``kept`` rest of the address."""

    name: str
    unit: str
    links: list[Link]
    facet: Facet | None = None
    least: str = ""
    most: str = ""
    kept: tuple[tuple[str, str], ...] = ()


def browse(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Offers that fit, each with the price of its smallest order; only the list where a script
    asks for it. A filter that is none is told, and the list shows what the words find."""
    typed = _typed(request)
    fault = None
    try:
        filters = asked.read(request.GET)
    except FairfallError as error:
        fault, filters = error, Filters()
    found = selectors.search(actor, typed, filters, page=_page(request))
    context = {
        "found": found,
        "rows": found.rows,
        "page": Paginator(range(found.total), selectors.PER_PAGE).get_page(found.page),
        "words": typed,
        "filters": filters,
        "narrows": filters.narrows,
        "fault": message(fault) if fault else "",
        "query": request.GET.urlencode(),
        "countries": country_choices(),
        "currencies": lists.currencies(),
        "territory": filters.territory or found.territory,
        "kept": _kept(request.GET),
    }
    part = "catalog_search/found.html"
    by_script = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    return render(
        request, part if by_script else "catalog_search/browse.html", context,
        status=422 if fault and not by_script else 200,
    )  # fmt: skip


@require_safe
@as_actor(READ)
def facets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How what was found divides, a part of the list's page that comes after it."""
    try:
        filters = asked.read(request.GET)
    except FairfallError:
        filters = Filters()
    told = selectors.facets(actor, _typed(request), filters)
    context = {"groups": _groups(request.GET, told), "capped": told.capped}
    return render(request, "catalog_search/facets.html", context)


@require_safe
@as_actor(READ)
def suggestions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """How the last word may go on, for the list below the field."""
    told = selectors.suggestions(actor, _typed(request, trim=False))
    return render(request, "catalog_search/suggestions.html", {"suggestions": told})


def _typed(request: HttpRequest, *, trim: bool = True) -> str:
    typed = request.GET.get("q", "")[:LONGEST]
    return typed.strip() if trim else typed


def _page(request: HttpRequest) -> int:
    page = request.GET.get("page", "")
    return int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1


def _kept(given: QueryDict, *without: str) -> tuple[tuple[str, str], ...]:
    """What an address chose among facets, for the form of the rest; or all but ``without``."""
    names = [
        name
        for name in given
        if (name not in without if without else name in CHOSEN or name.startswith("a."))
    ]
    return tuple((name, value) for name in names for value in given.getlist(name) if value)


def _groups(given: QueryDict, told: Facets) -> list[Group]:
    found = [
        Group(_("Category"), "", _links(given, "category", told.categories)),
        Group(_("Supplier"), "", _links(given, "supplier", told.suppliers)),
        Group(_("Lead time"), "", _links(given, "lead_time", [_days(e) for e in told.lead_times])),
        *(_attribute(given, each) for each in told.attributes),
    ]
    return [each for each in found if each.links]


def _days(choice: Choice) -> Choice:
    days = int(choice.value)
    text = ngettext("up to %(days)d day", "up to %(days)d days", days) % {"days": days}
    return Choice(choice.value, text, choice.count, choice.chosen)


def _attribute(given: QueryDict, facet: Facet) -> Group:
    name = f"a.{facet.key}"
    named = [_labelled(each) for each in facet.choices]
    bounds = (f"{name}.from", f"{name}.to", f"{name}.unit")
    return Group(
        name=facet.name,
        unit=facet.unit.symbol if facet.unit else "",
        links=_links(given, name, named, several=True),
        facet=facet,
        least=given.get(bounds[0], ""),
        most=given.get(bounds[1], ""),
        kept=_kept(given, *bounds, "page"),
    )


def _labelled(choice: Choice) -> Choice:
    """A truth is kept as a word of JSON."""
    label = {"true": _("Yes"), "false": _("No")}.get(choice.value, choice.label)
    return Choice(choice.value, label, choice.count, choice.chosen)


def _links(
    given: QueryDict, name: str, choices: list[Choice], *, several: bool = False
) -> list[Link]:
    return [
        Link(each.label, each.count, each.chosen, _address(given, name, each, several))
        for each in choices
    ]


def _address(given: QueryDict, name: str, choice: Choice, several: bool) -> str:
    changed: Any = given.copy()
    changed.pop("page", None)
    others = [each for each in given.getlist(name) if each and each != choice.value]
    kept = others if several else []
    changed.setlist(name, kept if choice.chosen else [*kept, choice.value])
    if name == "category":  # attributes are those of a category
        for each in [each for each in changed if each.startswith("a.")]:
            del changed[each]
    return f"?{changed.urlencode()}"
