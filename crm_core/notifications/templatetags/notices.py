"""A notice in the reader's language: ``{{ notice|notice_headline }}``, then ``notice_rest``."""

from __future__ import annotations

from django import template

from crm_core.notifications.models import Notice
from crm_core.notifications.texts import filled, parted

register = template.Library()


@register.filter
def notice_headline(notice: Notice) -> str:
    """What happened, in one line."""
    return parted(filled(notice.text, notice.data))[0]


@register.filter
def notice_rest(notice: Notice) -> str:
    """What goes with it, in lines; often nothing."""
    return parted(filled(notice.text, notice.data))[1]
