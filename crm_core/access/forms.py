"""Forms of the pages about people, companies and tokens."""

from __future__ import annotations

from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_core.companies.models import OPERATOR_ROLES, Role
from crm_core.people.models import Language

NO_COUNTRY = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


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


def country_choices() -> list[tuple[str, str]]:
    """Countries in the active language, by name."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    found = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return sorted((each for each in found if each[0] not in NO_COUNTRY), key=lambda each: each[1])


class CompanyForm(forms.Form):
    """A company as its owner first names it."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=250)
    latin_name = forms.CharField(label=_("Name in Latin letters"), max_length=250, required=False)
    country = forms.ChoiceField(label=_("Country"))
    registry_scheme = forms.CharField(
        label=_("Register"),
        max_length=40,
        required=False,
        help_text=_("Such as EE-RIK, DE-CR or UA-EDR."),
    )
    registry_value = forms.CharField(
        label=_("Number in the register"), max_length=60, required=False
    )
    buys = forms.BooleanField(label=_("Buys"), required=False)
    sells = forms.BooleanField(label=_("Sells"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()
