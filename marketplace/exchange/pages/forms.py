"""Forms of imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from infra.files.errors import FileTooLarge
from infra.problems import message
from marketplace.exchange.models import ImportRule
from marketplace.exchange.services.imports import MEGABYTE


class UploadForm(forms.Form):
    """A file of offers."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)
    whole = forms.BooleanField(
        label=_("Withdraw offers that are not in the file"), required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        file = self.fields["file"]
        too_large = message(FileTooLarge(limit_mb=settings.UPLOAD_LIMIT // MEGABYTE))
        file.widget.attrs.update({
            "accept": ".csv,.xlsx", "data-largest": settings.UPLOAD_LIMIT,
            "data-too-large": too_large,
        })  # fmt: skip
        file.help_text = gettext("CSV or XLSX, up to %(size)s.") % {
            "size": filesizeformat(settings.UPLOAD_LIMIT)
        }


class RuleForm(forms.Form):
    """From which percentages on a second person approves."""

    most_rise = forms.DecimalField(
        label=_("Greatest price rise, %"), required=False, min_value=0, max_digits=5,
        decimal_places=2, help_text=_("Empty: nobody is asked."),
    )  # fmt: skip
    most_gone = forms.DecimalField(
        label=_("Greatest share of offers gone, %"), required=False, min_value=0, max_digits=5,
        decimal_places=2,
    )  # fmt: skip

    @staticmethod
    def initial_of(rule: ImportRule | None) -> dict[str, Any]:
        """The form's values for a rule."""
        return {} if rule is None else {"most_rise": rule.most_rise, "most_gone": rule.most_gone}


class MomentForm(forms.Form):
    """When an import becomes active; empty: now."""

    at = forms.DateTimeField(
        label=_("Later, at"), required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("In your time zone. Empty: at once."),
    )  # fmt: skip
