"""Template tags of the design system: ``{% load ui %}``.

Figures and times are written by ``ui.formatting``; an empty value reads as a dash.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime, format_time
from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ui import formatting, slots

register = template.Library()
Figure = Decimal | int | str | None


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite; decorative unless ``label`` says what it means.

    ``size`` is empty (16 px), ``lg`` (20 px) or ``xl`` (32 px).
    """
    classes = f"ff-i ff-i--{size}" if size else "ff-i"
    meaning = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )
    sprite = static("vendor/icons/icons.svg")
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"/></svg>', classes, meaning, sprite, name
    )


@register.filter
def money(value: Figure, currency: str) -> str:
    """``{{ amount|money:"EUR" }}``; raises TypeError for a float."""
    return formatting.NOTHING if value in (None, "") else formatting.money(value, currency)


@register.filter
def figure(value: Figure, places: int = 0) -> str:
    """``{{ price|figure:2 }}``: grouped digits with at least ``places`` decimals, no unit."""
    return formatting.NOTHING if value in (None, "") else formatting.figure(value, least=places)


@register.filter
def quantity(value: Figure, unit: str = "") -> str:
    """``{{ lot.quantity|quantity:"t" }}``."""
    return formatting.NOTHING if value in (None, "") else formatting.quantity(value, unit)


@register.filter
def percent(value: Figure, places: int = 2) -> str:
    """``{{ saving|percent }}`` of a value in percent (8.44, not 0.0844)."""
    return formatting.NOTHING if value in (None, "") else formatting.percent(value, places)


@register.filter
def signed(text: str) -> str:
    """``{{ change|percent|signed }}``: a plus before what grew."""
    return formatting.signed(text)


@register.filter
def duration(value: timedelta | int | None) -> str:
    """``{{ left|duration }}``: the two largest units; an int is seconds."""
    return formatting.NOTHING if value is None else formatting.duration(value)


@register.simple_tag
def local_time(moment: datetime | date | None, form: str = "datetime") -> SafeString:
    """A moment in the viewer's zone: ``datetime``, ``seconds``, ``time``, ``date``, ``relative``.

    The server writes UTC, so the page is right without scripts; ``ui.js`` rewrites it with the
    viewer's zone. A plain date has no zone and is written as it is. Raises ValueError for a
    moment without a zone.
    """
    if moment is None:
        return SafeString(formatting.NOTHING)
    locale = formatting.locale()
    if not isinstance(moment, datetime):
        text = format_date(moment, format="medium", locale=locale)
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), text)
    if timezone.is_naive(moment):
        raise ValueError("a moment without a time zone cannot be shown")
    at = moment.astimezone(timezone.get_default_timezone())
    if form == "date":
        text = format_date(at, format="medium", locale=locale)
    elif form == "time":
        text = format_time(at, format="HH:mm:ss", locale=locale)
    else:
        pattern = "d MMM y, HH:mm:ss" if form == "seconds" else "d MMM y, HH:mm"
        text = f"{format_datetime(at, format=pattern, locale=locale)} {at:%Z}"
    return format_html(
        '<time datetime="{}" data-local="{}">{}</time>', moment.isoformat(), form, text
    )


@register.inclusion_tag("ui/components/chip.html")
def chip(text: str, tone: str = "", icon_name: str = "", pulse: bool = False) -> dict[str, Any]:
    """A state as word, colour and icon; ``tone`` is empty, ok, warn, bad or info."""
    return {"text": text, "tone": tone, "icon_name": icon_name, "pulse": pulse}


@register.inclusion_tag("ui/components/field.html")
def field(field: BoundField, unit: str = "") -> dict[str, Any]:
    """A form field with its label, help and error beside it; ``unit`` stands after the input."""
    return {"field": field, "unit": unit}


@register.inclusion_tag("ui/components/form.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """All fields of a form and the errors that belong to none of them."""
    return {"form": form}


@register.inclusion_tag("ui/components/empty.html")
def empty(
    text: str, icon_name: str = "inbox", title: str = "", url: str = "", action: str = ""
) -> dict[str, Any]:
    """Why there is nothing here, in one sentence, and the one thing to do about it."""
    return {"text": text, "icon_name": icon_name, "title": title, "url": url, "action": action}


@register.inclusion_tag("ui/components/kpi.html")
def kpi(
    label: str, value: Any, unit: str = "", note: str = "", reached: int | None = None
) -> dict[str, Any]:
    """A figure tile inside ``<dl class="ff-kpis">``; ``reached`` (0 to 100) draws a meter."""
    return {"label": label, "value": value, "unit": unit, "note": note, "reached": reached}


@register.simple_tag(takes_context=True)
def panels(context: template.Context, name: str) -> SafeString:
    """The cards rooms put into a place of ``ui.slots``: ``home``, ``home_aside``, ``sign_in``."""
    request: HttpRequest = context["request"]
    cards = []
    for panel in slots.panels(name, request):
        if (data := panel.context(request)) is not None:
            cards.append(render_to_string(panel.template, dict(data), request))
    return format_html_join("\n", "{}", ((card,) for card in cards))


@register.inclusion_tag("ui/components/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the other pages of ``page``, keeping the filters of this request's address."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request is not None else None

    def address(number: int) -> str:
        if query is None:
            return f"?{name}={number}"
        query[name] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    links = [(n, address(n) if isinstance(n, int) else "") for n in numbers]
    return {
        "page": page,
        "links": links,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
    }
