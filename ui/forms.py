"""Forms render through the design system: ``{{ form }}`` and ``as_field_group``."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

_SPACES = re.compile(r"[\s\u00a0\u202f]")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+")


class Renderer(TemplatesSetting):
    """Named by FORM_RENDERER; needs ``django.forms`` among the installed apps."""

    form_template_name = "ui/components/form.html"
    field_template_name = "ui/components/field.html"


class AmountField(forms.DecimalField):
    """A decimal as people type it: comma or point, spaces between groups of digits.

    What could be read in two ways is refused, not guessed: both signs in one number, or, in
    English, a comma that may separate thousands (``1,234``).
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "ambiguous": _("Write the number without separators of thousands, such as 1234.50."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No ``step``, ``min`` or ``max``: they belong to number inputs, which refuse commas."""
        return forms.Field.widget_attrs(self, widget)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """``value`` as an exact Decimal, None when empty. Raises ValidationError."""
        if isinstance(value, str):
            value = _SPACES.sub("", value).replace("\u2212", "-")
            grouped = _GROUPED.fullmatch(value) and (get_language() or "en").startswith("en")
            if grouped or value.count(",") > 1 or ("," in value and "." in value):
                raise ValidationError(self.error_messages["ambiguous"], code="ambiguous")
            value = value.replace(",", ".")
        return super().to_python(value)
