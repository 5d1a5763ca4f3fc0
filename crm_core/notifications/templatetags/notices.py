"""A notice's sentence in the reader's language: ``{{ notice|notice_text }}``."""

from __future__ import annotations

from django import template

from crm_core.notifications.models import Notice
from crm_core.notifications.texts import filled

register = template.Library()


@register.filter
def notice_text(notice: Notice) -> str:
    """The sentence, filled in."""
    return filled(notice.text, notice.data)
