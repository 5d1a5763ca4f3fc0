"""The declared facts as fields. They only carry what was typed: the services judge it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.access.forms import country_choices
from crm_core.companies.identifiers import IdentifierKind, Scheme, schemes_for
from crm_core.companies.models import AddressKind, Capacity, SigningBasis
from crm_core.documents.forms import DateInput

_NUMBERS = (
    IdentifierKind.REGISTER, IdentifierKind.TAX, IdentifierKind.VAT, IdentifierKind.CUSTOMS,
    IdentifierKind.ENTITY,
)  # fmt: skip
_ADDRESS = (
    ("street", _("Street and house"), 250),
    ("city", _("City"), 120),
    ("region", _("Region"), 120),
    ("postal_code", _("Postal code"), 20),
)
_PLAIN = ("legal_name", "latin_name", "legal_form", "signatory_name", "signatory_position",
          "signatory_basis", "no_owner")  # fmt: skip


def number_schemes(country: str, register: str) -> list[Scheme]:
    """The numbers a company of this country may add to the one it is registered by."""
    return [each for each in schemes_for(country, *_NUMBERS) if each.code != register]


class IdentityForm(forms.Form):
    """Names, form, addresses, numbers, activities and who signs."""

    legal_name = forms.CharField(label=_("Legal name"), max_length=250, required=False)
    latin_name = forms.CharField(
        label=_("Name in Latin letters"), max_length=250, required=False
    )  # fmt: skip
    legal_form = forms.CharField(
        label=_("Legal form"), max_length=80, required=False,
        help_text=_("As in the register, such as OÜ, GmbH, ТОВ."),
    )  # fmt: skip
    activities = forms.CharField(
        label=_("Activities by NACE"), max_length=300, required=False,
        help_text=_("Codes such as 24.10, with commas between them."),
    )  # fmt: skip
    signatory_name = forms.CharField(label=_("Who signs"), max_length=200, required=False)
    signatory_position = forms.CharField(label=_("Position"), max_length=120, required=False)
    signatory_basis = forms.ChoiceField(
        label=_("By what right"), choices=[("", "–"), *SigningBasis.choices], required=False
    )
    no_owner = forms.BooleanField(label=_("Nobody owns 25 % or more"), required=False)

    def __init__(
        self, *args: Any, country: str, register: str, locked: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        countries = [("", "–"), *country_choices()]
        for kind in AddressKind.values:
            for name, label, longest in _ADDRESS:
                self.fields[f"{kind}_{name}"] = forms.CharField(
                    label=label, max_length=longest, required=False
                )
            self.fields[f"{kind}_country"] = forms.ChoiceField(
                label=_("Country"), choices=countries, required=False
            )
        self.schemes = number_schemes(country, register)
        for scheme in self.schemes:
            self.fields[f"number_{scheme.code}"] = forms.CharField(
                label=scheme.label, max_length=60, required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip
        self.fields["no_owner"].widget.attrs["form"] = "identity"
        _finish(self, locked)

    @staticmethod
    def initial_of(facts: Mapping[str, Any], country: str) -> dict[str, Any]:
        """What the fields show of ``companies.profile.declared``."""
        signs = facts["signatory"]
        found: dict[str, Any] = {
            "legal_name": facts["names"]["legal"], "latin_name": facts["names"]["latin"],
            "legal_form": facts["legal_form"], "activities": ", ".join(facts["activities"]),
            "signatory_name": signs["name"], "signatory_position": signs["position"],
            "signatory_basis": signs["basis"], "no_owner": facts["no_owner"],
        }  # fmt: skip
        for kind in AddressKind.values:
            address = facts[f"{kind}_address"] or {"country": country}
            found |= {f"{kind}_{name}": value for name, value in address.items()}
        numbers = {**facts["numbers"], **facts["other_numbers"]}
        return found | {f"number_{code}": value for code, value in numbers.items()}

    def values(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The keyword arguments of ``saving.save_identity`` but the actor."""
        given = self.cleaned_data
        kept = {**facts["numbers"], **facts["other_numbers"]}  # also those that have no field here
        return {
            **{name: given[name] for name in _PLAIN},
            "addresses": {
                kind: {
                    name: given[f"{kind}_{name}"]
                    for name in (*(each[0] for each in _ADDRESS), "country")
                }
                for kind in AddressKind.values
            },
            "numbers": kept | {each.code: given[f"number_{each.code}"] for each in self.schemes},
            "activities": re.split(r"[,;\s]+", given["activities"].strip()),
        }

    def name_of(self, field: str) -> str:
        """The form's name of a field that the service refused."""
        head, _dot, tail = field.partition(".")
        if head == "numbers":
            return f"number_{tail}"
        return f"{head}_{tail}" if tail else head


class PersonForm(forms.Form):
    """A director, or an owner of a quarter or more."""

    id = forms.CharField(widget=forms.HiddenInput, required=False)
    capacity = forms.ChoiceField(label=_("Role"), choices=Capacity.choices, required=False)
    name = forms.CharField(label=_("Name"), max_length=250, required=False)
    latin_name = forms.CharField(
        label=_("Name in Latin letters"), max_length=250, required=False
    )  # fmt: skip
    country = forms.ChoiceField(label=_("Country"), required=False)
    born_on = forms.CharField(label=_("Date of birth"), required=False, widget=DateInput)
    share = forms.CharField(
        label=_("Share, %"), max_length=8, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, country: str = "", locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()
        self.fields["country"].initial = country
        _finish(self, locked)

    def values(self) -> dict[str, Any]:
        """A row of ``saving.save_people``; a comma in the share is a point."""
        return {**self.cleaned_data, "share": self.cleaned_data["share"].replace(",", ".").strip()}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        given = self.cleaned_data
        return not any(given.get(name) for name in ("id", "name", "latin_name", "born_on", "share"))


class AccountForm(forms.Form):
    """A bank account."""

    was = forms.CharField(widget=forms.HiddenInput, required=False)
    is_iban = forms.TypedChoiceField(
        label=_("Kind of number"), required=False, coerce=lambda value: value == "yes",
        choices=[("yes", "IBAN"), ("no", _("Another account number"))],
        empty_value=True,
    )  # fmt: skip
    number = forms.CharField(
        label=_("Account"), max_length=60, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    bic = forms.CharField(
        label=_("BIC"), max_length=14, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    bank_name = forms.CharField(label=_("Bank"), max_length=200, required=False)
    holder = forms.CharField(
        label=_("Account holder"), max_length=250, required=False,
        help_text=_("Empty: the company itself."),
    )  # fmt: skip
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, initial="EUR",
        widget=forms.TextInput(attrs={"size": 3}),
    )  # fmt: skip
    country = forms.ChoiceField(label=_("Country of the bank"), required=False)

    def __init__(self, *args: Any, country: str = "", locked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_choices()
        self.fields["country"].initial = country
        _finish(self, locked)

    def values(self) -> dict[str, Any]:
        """A row of ``saving.save_accounts``."""
        return dict(self.cleaned_data)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        given = self.cleaned_data
        return not any(given.get(name) for name in ("was", "number", "bic", "bank_name", "holder"))


People = forms.formset_factory(PersonForm, extra=1, max_num=60, absolute_max=60)
Accounts = forms.formset_factory(AccountForm, extra=1, max_num=20, absolute_max=20)


def people_of(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that are shown of the declared people."""
    return [dict(each) for each in facts["people"]]


def accounts_of(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that are shown of the declared accounts."""
    return [
        {**each, "was": each["number"], "is_iban": "yes" if each["is_iban"] else "no"}
        for each in facts["accounts"]
    ]


def kept_rows(formset: Any) -> list[tuple[int, Any]]:
    """The forms with something in them that are not taken out, each with its place."""
    taken_out = {int(at) for at in formset.data.getlist("remove") if at.isdigit()}
    return [
        (at, form)
        for at, form in enumerate(formset.forms)
        if at not in taken_out and not form.is_blank
    ]


_NEEDED = frozenset(
    {
        "legal_name", "legal_form", "activities", "signatory_name", "signatory_basis",
        "registered_street", "registered_city", "registered_country", "capacity", "name",
        "country", "is_iban", "number", "bank_name", "currency",
    }
)  # fmt: skip


def mark_needed(form: forms.Form) -> None:
    """Show which fields a complete profile needs; call it when the form was judged."""
    form.use_required_attribute = False
    for name in _NEEDED & form.fields.keys():
        form.fields[name].required = True


def _finish(form: forms.Form, locked: bool) -> None:
    for field in form.fields.values():
        field.disabled = locked
