"""The form of the supplier profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.access.forms import country_choices


class ProfileForm(forms.Form):
    """What a supplier tells buyers."""

    contact_name = forms.CharField(label=_("Contact for invitations"), max_length=200)
    contact_email = forms.EmailField(label=_("E-mail for invitations"))
    description = forms.CharField(
        label=_("What you offer"), widget=forms.Textarea, max_length=2000, required=False
    )
    regions = forms.MultipleChoiceField(
        label=_("Countries served"), required=False,
        help_text=_("None chosen means everywhere."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["regions"].choices = country_choices()
