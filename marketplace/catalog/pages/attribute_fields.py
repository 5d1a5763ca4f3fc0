"""Fields of a form for the attributes of a category; the service judges what is typed into them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from marketplace.lists import unit_symbol
from reference.models import KEY, Attribute, AttributeKind
from ui.formatting import figure
from ui.forms import AmountField

PREFIX = "attribute_"
_NAME = re.compile(PREFIX + KEY.strip("^$"))


def field_for(attribute: Attribute, kept: Any = None) -> forms.Field:
    """A field that asks for an attribute; what was ``kept`` may stay though it is retired."""
    told: dict[str, Any] = {"label": attribute.name, "required": attribute.required}
    made: forms.Field
    if attribute.kind == AttributeKind.NUMBER:
        made = AmountField(max_digits=34, decimal_places=24, help_text=_bounds(attribute), **told)
    elif attribute.kind == AttributeKind.BOOLEAN:
        yes_no = [("", "–"), ("true", _("yes")), ("false", _("no"))]
        made = forms.CharField(widget=forms.Select(choices=yes_no), **told)
    elif attribute.kind == AttributeKind.CHOICE:
        choices = [("", "–"), *((each.value, each.name) for each in attribute.choices.all())]
        if kept and kept not in dict(choices):
            choices.append((kept, kept))
        made = forms.CharField(widget=forms.Select(choices=choices), **told)
    elif attribute.kind == AttributeKind.DATE:
        made = forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), **told)
    else:
        made = forms.CharField(**told)
    # It is shown as required and the service says so: together with what else is wrong, and not
    # where the product turns out to be described already.
    made.validate = lambda value: None  # type: ignore[method-assign]
    return made


def unit_of(attribute: Attribute) -> str:
    """The sign of its unit, nothing where there is none."""
    return unit_symbol(attribute.unit_id) if attribute.unit_id else ""


def as_typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as they stand in the fields."""
    words = {True: "true", False: "false"}
    return {
        PREFIX + key: words[value] if isinstance(value, bool) else value
        for key, value in values.items()
    }


def left_over(given: Mapping[str, Any], asked: Iterable[str]) -> list[tuple[str, str]]:
    """What was typed for attributes of another category: carried along, so that choosing that one
    again brings it back."""
    names = set(asked)
    return [
        (name, str(value)[:500])
        for name, value in given.items()
        if _NAME.fullmatch(name) and name not in names and value not in (None, "")
    ][:200]


def _bounds(attribute: Attribute) -> str:
    low, high = attribute.lowest, attribute.highest
    if low is not None and high is not None:
        return _("%(low)s to %(high)s") % {"low": figure(low), "high": figure(high)}
    if low is not None:
        return _("from %(low)s") % {"low": figure(low)}
    return _("to %(high)s") % {"high": figure(high)} if high is not None else ""
