"""Forms of barter. They carry what was typed; the services judge it and name the field."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.access.forms import country_choices
from marketplace import lists
from marketplace.barter.models import BarterListing
from marketplace.barter.services.listings import MOST_WANTS, ListingInput, WantInput
from marketplace.catalog.pages.forms import after, plain
from reference.models import Category
from ui.forms import AmountField

_NUMBERS = ("quantity", "step", "unit_value", "cap_percent", "cap_amount")


def _category_field(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=60, required=False, widget=forms.Select())


class ListingForm(forms.Form):
    """What the company gives."""

    title = forms.CharField(label=_("What you give"), max_length=200)
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    gtin = forms.CharField(
        label="GTIN", max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("Of a product of the catalog, if it is one."),
    )  # fmt: skip
    category = _category_field(_("Category"))
    attributes = forms.CharField(
        label=_("Attributes"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Those of the category, one a line: key: value."),
    )  # fmt: skip
    quantity = AmountField(label=_("Quantity"))
    unit = forms.ChoiceField(label=_("Unit"), initial="C62")
    step = AmountField(label=_("In multiples of"), initial=1)
    unit_value = AmountField(label=_("Value of one"))
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    cap_percent = AmountField(
        label=_("Cap in percent"), required=False,
        help_text=_("How far apart what you give and get may be, in percent of what you give."),
    )  # fmt: skip
    cap_amount = AmountField(
        label=_("Cap in money"), required=False, help_text=_("Or in money. Write one of the two.")
    )
    valid_until = forms.DateField(
        label=_("Last day"), required=False,
        help_text=_("Empty: until you withdraw it. Days are those of UTC."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    territory = forms.MultipleChoiceField(
        label=_("Countries you give to"), required=False,
        help_text=_("None chosen means every country."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].choices = country_choices()  # type: ignore[attr-defined]
        self.fields["unit"].choices = lists.units()  # type: ignore[attr-defined]
        self.fields["currency"].choices = lists.currencies()  # type: ignore[attr-defined]
        _choose_category(self)

    def clean_attributes(self) -> dict[str, str]:
        """The lines by their keys."""
        found = {}
        for line in self.cleaned_data["attributes"].splitlines():
            key, colon, value = line.partition(":")
            if line.strip() and not colon:
                raise forms.ValidationError(_("Write each line as key: value."))
            if line.strip():
                found[key.strip()] = value.strip()
        return found

    def listing(self, wants: list[WantInput]) -> ListingInput:
        """The cleaned listing."""
        told = {**self.cleaned_data, "valid_until": after(self.cleaned_data["valid_until"])}
        return ListingInput(**told, wants=wants)

    @staticmethod
    def initial_of(listing: BarterListing) -> dict[str, Any]:
        """What the form shows of a listing."""
        ends = listing.valid_until
        return {
            **{name: plain(getattr(listing, name)) for name in _NUMBERS},
            **{name: getattr(listing, name) for name in ("title", "description", "territory")},
            "gtin": listing.product.gtin if listing.product else "",
            "category": listing.category_id or "",
            "attributes": "\n".join(f"{key}: {value}" for key, value in listing.attributes.items()),
            "unit": listing.unit_id,
            "currency": listing.currency_id,
            "valid_until": ends and (ends.astimezone(UTC) - timedelta(microseconds=1)).date(),
        }


class WantForm(forms.Form):
    """One thing that is wanted; an empty row is none."""

    category = _category_field(_("Category"))
    gtin = forms.CharField(
        label="GTIN", max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    quantity = AmountField(label=_("Quantity at most"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), initial="C62")
    highest = AmountField(label=_("Highest value of one"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = lists.units()  # type: ignore[attr-defined]
        _choose_category(self)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed but the unit."""
        return not any(self.cleaned_data.get(name)
                       for name in ("category", "gtin", "quantity", "highest"))  # fmt: skip


class _Wants(forms.BaseFormSet):
    def inputs(self) -> list[WantInput]:
        """The rows in which something was typed."""
        return [WantInput(**each.cleaned_data) for each in self.forms if not each.is_blank]


WantForms = forms.formset_factory(
    WantForm, formset=_Wants, extra=2, max_num=MOST_WANTS, validate_max=True
)


def wants_of(listing: BarterListing) -> list[dict[str, Any]]:
    """What the rows show of a listing."""
    return [
        {"category": each.category_id or "", "gtin": each.product.gtin if each.product else "",
         "quantity": plain(each.quantity), "unit": each.unit_id, "highest": plain(each.highest)}
        for each in listing.wants.select_related("product")
    ]  # fmt: skip


def _choose_category(form: forms.Form) -> None:
    """Let the category's field offer the one that is chosen; a search fills in others."""
    code = form["category"].value()
    chosen = [(each.pk, str(each)) for each in Category.objects.filter(pk=code or "")]
    form.fields["category"].widget.choices = [("", "–"), *chosen]  # type: ignore[attr-defined]
