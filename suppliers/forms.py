"""The form of the supplier profile."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def country_choices() -> list[tuple[str, str]]:
    """Countries in the active language, by name."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    private = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    return sorted((each for each in found if each[0] not in private), key=lambda each: each[1])


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
