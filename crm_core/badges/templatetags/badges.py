"""``{% load badges %}``: the badge of a company in a list, and facts in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import template

from crm_core.badges import wording
from crm_core.badges.facts import Side
from crm_core.badges.selectors import Badge
from crm_core.companies.models import Company
from crm_core.verification.wording import facet_name

register = template.Library()


@register.inclusion_tag("badges/badge.html")
def badge(company: Company, badges: Mapping[UUID, Badge]) -> dict[str, Any]:
    """``{% badge company badges %}``: how it stands and until when, leading to its public page.

    ``badges`` is what ``selectors.badges_of`` gave for the whole list: a tag reads nothing.
    """
    return {"company": company, "badge": badges.get(company.pk)}


@register.filter
def checks(side: Side) -> list[str]:
    """What was checked of a facet, a sentence each."""
    return wording.lines(side.checked, by=side.by)


@register.filter
def by_whom(side: Side) -> str:
    """The role of those who decided."""
    return wording.by_whom(side.by)


@register.filter
def side_name(side: Side) -> str:
    """A facet's name."""
    return facet_name(side.key)


@register.filter
def country_name(code: str) -> str:
    """A country in the reader's language."""
    return wording.country_name(code)


@register.filter
def scheme_name(code: str) -> str:
    """A kind of number as people of the country call it."""
    return wording.scheme_name(code)
