"""The cards of the demonstration's people on the sign-in page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from crm_core.access.demo import personas

register = template.Library()


@register.inclusion_tag("access/demo_cards.html", takes_context=True)
def demo_cards(context: template.Context) -> dict[str, Any]:
    """One button a person; nothing outside a demonstration."""
    return {
        "personas": list(personas()[:40]) if settings.DEMO else [],
        "csrf_token": context.get("csrf_token"),
        "next": context["request"].GET.get("next", "") if "request" in context else "",
    }
