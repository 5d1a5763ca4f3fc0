"""Forms of the screening pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from crm_core.screening.models import HitDecision
from crm_core.screening.services.policy import OLDEST


class _Radios(forms.RadioSelect):
    """Choices within their labels, which then need no ``for``."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        option["attrs"].pop("id", None)
        return option


class _Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One file or several."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    """The files of a version."""

    files = _FilesField(
        label=_("Files"),
        help_text=_("CSV, XML or JSON lines as published. OFAC's sdn.csv, alt.csv and add.csv are "
                    "chosen together."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Code of the list"), required=False, max_length=60,
        help_text=_("Only for a list that is not the format's own, such as a data set in "
                    "FollowTheMoney."),
    )  # fmt: skip
    hold = forms.BooleanField(label=_("Read it only; somebody will activate it"), required=False)

    def values(self) -> dict[str, Any]:
        """The arguments of the service."""
        return {
            "uploads": self.cleaned_data["files"],
            "source": self.cleaned_data["source"],
            "activate": not self.cleaned_data["hold"],
        }


class DecisionForm(forms.Form):
    """A decision on a hit."""

    verdict = forms.ChoiceField(
        label=_("Decision"), choices=HitDecision.Verdict.choices, widget=_Radios
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What tells the two apart, or makes them one."),
    )  # fmt: skip
    evidence = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """The arguments of the service."""
        return {
            "verdict": self.cleaned_data["verdict"],
            "reason": self.cleaned_data["reason"],
            "evidence_id": self.cleaned_data["evidence"],
            "decision_id": self.cleaned_data["decision"],
        }


class PolicyForm(forms.Form):
    """The operator's setting."""

    threshold = forms.IntegerField(
        label=_("Lowest score of a hit"), min_value=50, max_value=100,
        help_text=_("From 50 to 100. With another score everybody is screened anew."),
    )  # fmt: skip
    max_age_days = forms.IntegerField(
        label=_("Oldest list allowed, days"), min_value=1, max_value=OLDEST,
        help_text=_("Counted from the publisher's date. With an older list nobody counts as "
                    "screened."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=1000)


class AgeForm(forms.Form):
    """How old one list may be."""

    max_age_days = forms.IntegerField(
        label=_("Oldest allowed, days"), min_value=1, max_value=OLDEST, required=False,
        help_text=_("Empty: as the setting for all lists says."),
    )  # fmt: skip
