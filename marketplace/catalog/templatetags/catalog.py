"""Tags of the catalog: ``{% load catalog %}``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from babel import Locale
from django import template
from django.utils.translation import get_language

from marketplace import lists
from marketplace.catalog import wording
from marketplace.catalog.models import Offer, OfferState, Price

register = template.Library()

LOOK = {
    OfferState.DRAFT: ("", "edit"),
    OfferState.ACTIVE: ("ok", "circle-check"),
    OfferState.WITHDRAWN: ("warn", "archive"),
}


@register.inclusion_tag("ui/components/chip.html")
def offer_state(offer: Offer) -> dict[str, Any]:
    """The offer's state as a chip."""
    tone, icon = LOOK[OfferState(offer.state)]
    return {"text": offer.get_state_display(), "tone": tone, "icon_name": icon}


@register.filter
def symbol(code: str) -> str:
    """``{{ offer.unit_id|symbol }}``: ``t`` for TNE."""
    return lists.unit_symbol(code)


@register.filter
def for_whom(price: Price) -> str:
    """For whom a price is, to its supplier."""
    return wording.for_whom(price)


@register.filter
def for_you(price: Price) -> str:
    """For whom a price is, to the buyer."""
    return wording.for_whom(price, to_buyer=True)


@register.filter
def band_of(price: Price, unit: str) -> str:
    """``{{ price|band_of:offer.unit_id }}``."""
    return wording.band(price, unit)


@register.filter
def content_of(offer: Offer) -> str:
    """``1 box = 100 pcs``, or nothing."""
    return wording.content(offer)


@register.filter
def first_day(moment: datetime | None) -> date | datetime | None:
    """The day where the moment is a midnight in UTC."""
    return wording.first_day(moment)


@register.filter
def last_day(moment: datetime | None) -> date | datetime | None:
    """The last day before a midnight in UTC."""
    return wording.last_day(moment)


@register.filter
def countries(codes: list[str]) -> str:
    """Names of countries in the active language."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    return ", ".join(sorted(names.get(code, code) for code in codes))
