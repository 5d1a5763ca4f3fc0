"""Forms of the pages about people, companies and tokens."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import OPERATOR_ROLES, Role
from crm_core.people.models import Language


def role_choices(*, operates: bool) -> list[tuple[str, str]]:
    """The roles that exist in a company of this kind."""
    return [(role.value, role.label) for role in Role if operates or role not in OPERATOR_ROLES]


class NewMemberForm(forms.Form):
    """Whom to let act for the company."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: object, operates: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(operates=operates)


class TokenForm(forms.Form):
    """What a new token is for."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The program that will use the token.")
    )


class PreferencesForm(forms.Form):
    """How a person is named, written to and shown times."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = [(name, name) for name in sorted(available_timezones())]
