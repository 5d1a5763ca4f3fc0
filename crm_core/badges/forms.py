"""Forms of the public pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CheckForm(forms.Form):
    """A certificate that somebody was given."""

    file = forms.FileField(
        label=_("Certificate, JSON or PDF"),
        help_text=_("It is checked and not kept."),
        error_messages={"required": _("Choose the certificate: the JSON file or the PDF.")},
        widget=forms.FileInput(attrs={"accept": ".json,.pdf,application/json,application/pdf"}),
    )
