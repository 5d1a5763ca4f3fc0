"""Forms of the pages about people, companies and tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crm_core.access.scopes import DESCRIPTIONS, offered
from crm_core.companies.identifiers import IdentifierKind, schemes_for
from crm_core.companies.models import OPERATOR_ROLES, Role
from crm_core.companies.models.invited import MESSAGE_AT_MOST
from crm_core.people.models import Language
from kernel.clock import utc_now
from reference.selectors import currencies

NO_COUNTRY = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def role_choices(*, operates: bool) -> list[tuple[str, str]]:
    """The roles that exist in a company of this kind."""
    return [(role.value, role.label) for role in Role if operates or role not in OPERATOR_ROLES]


def currency_choices() -> list[tuple[str, str]]:
    """The currencies of the platform."""
    return [(each.code, each.code) for each in currencies()] or [("EUR", "EUR")]


class MemberForm(forms.Form):
    """What somebody may do for the company, and up to which amount."""

    role = forms.ChoiceField(label=_("Role"))
    limit_amount = forms.CharField(
        label=_("Limit"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("The highest total this person may bid, publish or award. Empty: no limit."),
    )
    limit_currency = forms.ChoiceField(label=_("Currency of the limit"), initial="EUR")

    def __init__(self, *args: object, operates: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(operates=operates)
        self.fields["limit_currency"].choices = currency_choices()


class InviteForm(MemberForm):
    """Whom to invite to act for the company."""

    email = forms.EmailField(label=_("E-mail"))

    field_order = ("email", "role", "limit_amount", "limit_currency")


class JoinForm(forms.Form):
    """What a person without an account says to join."""

    full_name = forms.CharField(
        label=_("Full name"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False,
        help_text=lazy(lambda: " ".join(password_validators_help_texts()), str)(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class InviteCompanyForm(forms.Form):
    """Which company to invite onto the platform."""

    name = forms.CharField(label=_("Company"), max_length=250)
    email = forms.EmailField(label=_("E-mail"))
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=Language.choices)
    message = forms.CharField(
        label=_("Your message"), required=False, max_length=MESSAGE_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Plain text. Web addresses in it do not become links."),
    )  # fmt: skip
    list_id = forms.TypedChoiceField(
        label=_("Supplier list"), required=False, coerce=UUID, empty_value=None,
        help_text=_("It joins this list once it is verified and sells."),
    )  # fmt: skip

    def __init__(self, *args: object, lists: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "–"), *country_choices()]
        if lists:
            self.fields["list_id"].choices = [("", "–"), *lists]
        else:
            del self.fields["list_id"]


class TokenNameForm(forms.Form):
    """What a token is called."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("The program that will use the token.")
    )


NEVER = "never"
PRESETS = (30, 90, 365)


class TokenForm(TokenNameForm):
    """What a new token is for, what it may do, and for how long."""

    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), error_messages={"required": _("Choose what the token may do.")}
    )
    days = forms.ChoiceField(label=_("Works for"), initial="90")

    def __init__(self, *args: Any, role: Role, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = offered(role)
        self.fields["scopes"].choices = [(each.value, each.label) for each in scopes]
        chosen = self["scopes"].value() or ()
        self.offered = [
            {"value": each.value, "label": each.label, "text": DESCRIPTIONS[each],
             "chosen": each.value in chosen}
            for each in scopes
        ]  # fmt: skip
        lives = _lives()
        self.fields["days"].choices = lives
        if "90" not in dict(lives):
            self.fields["days"].initial = lives[-1][0]

    def wanted(self) -> dict[str, Any]:
        """The keyword arguments of ``keys.create_token`` but the actor."""
        given = self.cleaned_data
        days = given["days"]
        expires_at = None if days == NEVER else utc_now() + timedelta(days=int(days))
        return {"name": given["name"], "scopes": given["scopes"], "expires_at": expires_at}


def _lives() -> list[tuple[str, str]]:
    """For how long a token may work, as the operator allows."""
    most = settings.API_TOKEN_LONGEST_DAYS
    days = [each for each in PRESETS if not most or each <= most]
    if most and most not in days:
        days.append(most)
    lives = [
        (str(each), ngettext("%(days)s day", "%(days)s days", each) % {"days": each})
        for each in days
    ]
    return lives if most else [*lives, (NEVER, gettext("until I revoke it"))]


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


OTHER_SCHEME = "OTHER"
_REGISTERS = (IdentifierKind.REGISTER, IdentifierKind.TAX)


def scheme_choices(country: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Registers and tax numbers of a country, grouped for a select; first none, last another."""
    names = {IdentifierKind.REGISTER: _("Registers"), IdentifierKind.TAX: _("Tax numbers")}
    own = [
        (
            str(names[kind]),
            [
                (each.code, f"{each.label} ({each.code})")
                for each in schemes_for(country, kind)
                if each.country
            ],
        )
        for kind in _REGISTERS
    ]
    return [
        ("", [("", "–")]),
        *(group for group in own if group[1]),
        ("", [(OTHER_SCHEME, str(_("Another register")))]),
    ]


class CompanyForm(forms.Form):
    """A company as its owner first names it."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=250)
    latin_name = forms.CharField(label=_("Name in Latin letters"), max_length=250, required=False)
    country = forms.ChoiceField(label=_("Country"))
    registry_scheme = forms.ChoiceField(label=_("Register"), required=False)
    registry_value = forms.CharField(
        label=_("Number in the register"), max_length=60, required=False
    )
    buys = forms.BooleanField(label=_("Buys"), required=False)
    sells = forms.BooleanField(label=_("Sells"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "–"), *country_choices()]
        country = str(self["country"].value() or "")
        self.fields["registry_scheme"].choices = [
            each
            for group, options in scheme_choices(country)
            for each in ([(group, options)] if group else options)
        ]
        self.fields["country"].widget.attrs.update(
            {
                "hx-get": reverse("identifier-schemes"),
                "hx-target": "#id_registry_scheme",
                "hx-swap": "innerHTML",
                "hx-trigger": "change",
            }
        )
        asks = {
            "hx-get": reverse("identifier-verdict"),
            "hx-include": "closest form",
            "hx-target": "#identifier-verdict",
            "hx-swap": "innerHTML",
            "hx-sync": "this:replace",
        }
        for name, trigger in (
            ("registry_value", "input changed delay:350ms"),
            ("registry_scheme", "change"),
        ):
            self.fields[name].widget.attrs.update({**asks, "hx-trigger": trigger})
        self.fields["registry_value"].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """The scheme of a register we have no rule for carries the country."""
        given = super().clean() or {}
        if given.get("registry_scheme") == OTHER_SCHEME:
            given["registry_scheme"] = f"{given.get('country', '')}-{OTHER_SCHEME}"
        return given
