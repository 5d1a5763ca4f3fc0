"""Forms of the catalog. They carry what was typed; the services judge it and name the field.

Dates are days in UTC: a first day begins at its midnight, and what holds until a last day ends at
the midnight after it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm_core.access.forms import country_choices
from infra.problems import message
from kernel.errors import FairfallError
from marketplace import lists
from marketplace.acting import put_error
from marketplace.catalog.describing import asked_for
from marketplace.catalog.errors import AttributesWrong
from marketplace.catalog.models import Offer, PackLevel, PriceScope
from marketplace.catalog.pages import attribute_fields
from marketplace.catalog.pages.attribute_fields import PREFIX
from marketplace.catalog.services.offers import OfferInput
from marketplace.catalog.services.prices import PriceInput
from marketplace.catalog.services.products import ProductInput
from reference.models import Category
from ui.forms import AmountField

DAY = {"type": "date"}
PRODUCT = ("name_en", "name_ru", "name_uk", "manufacturer", "part_number", "gtin", "category")
_COUNTRIES = _("None chosen means every country.")


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
    )  # fmt: skip


def midnight(day: date | None) -> datetime | None:
    """The moment at which a day begins in UTC."""
    return None if day is None else datetime.combine(day, time(), UTC)


def after(day: date | None) -> datetime | None:
    """The moment at which a day is over in UTC."""
    return None if day is None else datetime.combine(day, time(), UTC) + timedelta(days=1)


class OfferForm(forms.Form):
    """An offer with its product, and a field for each attribute of the chosen category.

    ``attributes_of`` is the category whose attributes the page asked for.
    """

    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=200, required=False)
    name_uk = forms.CharField(
        label=_("Name in Ukrainian"), max_length=200, required=False,
        help_text=_("One language is enough; buyers of another read the one that there is."),
    )  # fmt: skip
    manufacturer = forms.CharField(label=_("Manufacturer"), max_length=200, required=False)
    part_number = forms.CharField(
        label=_("Manufacturer's part number"), max_length=80, required=False
    )
    gtin = forms.CharField(
        label="GTIN", max_length=20, required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("The number below the bar code. Offers with the same one are of one product."),
    )  # fmt: skip
    category = forms.CharField(
        label=_("Category, CPV code"), max_length=10, required=False, widget=forms.Select()
    )
    attributes_of = forms.CharField(required=False, widget=forms.HiddenInput())
    sku = forms.CharField(
        label=_("SKU"), max_length=80, help_text=_("Your own number; each of your offers has one.")
    )
    unit = forms.ChoiceField(label=_("Ordered in"), initial="C62")
    pack_level = forms.ChoiceField(label=_("Which pack that is"), choices=PackLevel.choices)
    content_quantity = AmountField(label=_("One holds"), initial=1)
    content_unit = forms.ChoiceField(label=_("Unit of the content"), initial="C62")
    min_order = AmountField(label=_("Smallest order"), initial=1)
    increment = AmountField(label=_("In multiples of"), initial=1)
    max_order = AmountField(label=_("Largest order"), required=False)
    lead_time_days = forms.IntegerField(
        label=_("Lead time"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    warranty_months = forms.IntegerField(
        label=_("Warranty"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    valid_from = _day(_("Valid from"), _("Empty: from now. Days are those of UTC."))
    valid_until = _day(_("Last day"), _("Empty: until you withdraw it."))
    territory = forms.MultipleChoiceField(
        label=_("Countries"), required=False, help_text=_COUNTRIES
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].choices = country_choices()  # type: ignore[attr-defined]
        code = self["category"].value()
        chosen = [(each.pk, str(each)) for each in Category.objects.filter(pk=code or "")]
        self.fields["category"].widget.choices = [("", "–"), *chosen]  # type: ignore[attr-defined]
        for name in ("unit", "content_unit"):
            self.fields[name].choices = lists.units()  # type: ignore[attr-defined]
        self.code = chosen[0][0] if chosen else ""
        self.asked = {PREFIX + each.key: each for each in asked_for(self.code)}
        for name, attribute in self.asked.items():
            self.fields[name] = attribute_fields.field_for(attribute, self.initial.get(name))

    def attribute_rows(self) -> list[tuple[BoundField, str]]:
        """The fields of the attributes, each with the sign of its unit."""
        return [
            (self[name], attribute_fields.unit_of(attribute))
            for name, attribute in self.asked.items()
        ]

    def left_over(self) -> list[tuple[str, str]]:
        """What was typed for another category, to be carried along."""
        given = self.data if self.is_bound else self.initial
        return attribute_fields.left_over(dict(given.items()), self.asked)

    def clean(self) -> None:
        """Ask again where the page had not asked for the attributes of the category chosen."""
        if "attributes_of" in self.data and self.data["attributes_of"] != self.code:
            new = [name for name in self.asked if name not in self.data]
            if new:
                self.add_error(
                    "category", gettext("This category asks for more. Fill it in below, then save.")
                )

    def put(self, error: FairfallError) -> None:
        """Show a refusal beside the field that it is about, those of attributes beside each."""
        if not isinstance(error, AttributesWrong):
            put_error(self, error)
            return
        for key, each in error.errors.items():
            name = PREFIX + key
            self.add_error(name if name in self.fields else None, message(each))

    def product(self) -> ProductInput:
        """The cleaned product."""
        attributes = {name.removeprefix(PREFIX): self.cleaned_data[name] for name in self.asked}
        return ProductInput(
            attributes=attributes, **{name: self.cleaned_data[name] for name in PRODUCT}
        )

    def offer(self) -> OfferInput:
        """The cleaned offer."""
        others = {*PRODUCT, *self.asked, "attributes_of"}
        told = {name: value for name, value in self.cleaned_data.items() if name not in others}
        told["valid_from"] = midnight(told["valid_from"])
        told["valid_until"] = after(told["valid_until"])
        return OfferInput(**told)

    @staticmethod
    def initial_of(offer: Offer) -> dict[str, Any]:
        """The form's values for an offer."""
        product = offer.product
        ends = offer.valid_until
        return {
            **{name: getattr(product, name) for name in PRODUCT if name != "category"},
            "gtin": product.printed_gtin,
            "category": product.category_id or "",
            **attribute_fields.as_typed(product.attributes),
            **{name: getattr(offer, name) for name in (
                "sku", "pack_level", "lead_time_days", "warranty_months", "territory")},
            **{name: plain(getattr(offer, name)) for name in (
                "content_quantity", "min_order", "increment", "max_order")},
            "unit": offer.unit_id,
            "content_unit": offer.content_unit_id,
            "valid_from": offer.valid_from.astimezone(UTC).date(),
            "valid_until": ends and (ends.astimezone(UTC) - timedelta(microseconds=1)).date(),
        }  # fmt: skip


class PriceForm(forms.Form):
    """A price to add."""

    amount = AmountField(label=_("Price of one"))
    currency = forms.ChoiceField(label=_("Currency"), initial="EUR")
    scope = forms.ChoiceField(
        label=_("For"), choices=PriceScope.choices[::-1],
        help_text=_("A contract's price goes before a customer's, that before a group's, and that "
                    "before the one for everybody."),
    )  # fmt: skip
    customer = forms.ChoiceField(
        label=_("Customer"), required=False, help_text=_("For a customer's or a contract's price.")
    )
    contract = forms.CharField(
        label=_("Contract"), max_length=80, required=False,
        help_text=_("Its number, for a contract's price."),
    )  # fmt: skip
    group = forms.ChoiceField(
        label=_("Customer group"), required=False, help_text=_("For a group's price.")
    )
    least = AmountField(label=_("From quantity"), required=False)
    below = AmountField(
        label=_("Below quantity"), required=False,
        help_text=_("Leave it empty: a price from a greater quantity goes before by itself."),
    )  # fmt: skip
    valid_from = _day(_("Valid from"), _("Empty: from now. Days are those of UTC."))
    valid_until = _day(_("Last day"), _("Empty: until you end it."))
    territory = forms.MultipleChoiceField(
        label=_("Countries"), required=False, help_text=_COUNTRIES
    )

    def __init__(
        self, *args: Any, customers: list[tuple[str, str]], groups: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        nobody = [("", "–")]
        self.fields["currency"].choices = lists.currencies()  # type: ignore[attr-defined]
        self.fields["customer"].choices = nobody + customers  # type: ignore[attr-defined]
        self.fields["group"].choices = nobody + groups  # type: ignore[attr-defined]
        self.fields["territory"].choices = country_choices()  # type: ignore[attr-defined]

    def price(self) -> PriceInput:
        """The cleaned price."""
        told = dict(self.cleaned_data)
        for name in ("customer", "group"):
            told[name] = UUID(told[name]) if told[name] else None
        told["least"] = told["least"] or Decimal(0)
        told["valid_from"] = midnight(told["valid_from"])
        told["valid_until"] = after(told["valid_until"])
        return PriceInput(**told)


class AskForm(forms.Form):
    """For which quantity, currency and country a buyer asks the price."""

    quantity = AmountField(label=_("Quantity"), max_digits=15, decimal_places=6)
    currency = forms.ChoiceField(label=_("Currency"))
    territory = forms.ChoiceField(label=_("Delivered to"))

    def __init__(self, *args: Any, currencies: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(each, each) for each in currencies]  # type: ignore[attr-defined]
        self.fields["currency"].required = bool(currencies)
        self.fields["territory"].choices = country_choices()  # type: ignore[attr-defined]


class GroupForm(forms.Form):
    """A customer group's name."""

    name = forms.CharField(label=_("Name"), max_length=120)


def plain(value: Any) -> str:
    """A decimal as it is typed."""
    return "" if value is None else format(value.normalize(), "f")
