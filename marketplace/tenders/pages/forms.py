"""Forms of the tender room. They carry text; the services judge it and name the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from auctions.domain.terms import StepKind
from kernel.clock import moment_to_wire
from kernel.decimals import quantize
from marketplace import lists
from marketplace.tenders import auctioning, terms_fields
from marketplace.tenders.models import Lot, Tender, VatSide
from marketplace.tenders.pages.rates import RatesTable
from marketplace.tenders.services.lots import LotInput
from marketplace.tenders.terms_fields import Kind

DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}


class TenderForm(forms.Form):
    """What the tender is about."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As suppliers will read it.")
    )
    description = forms.CharField(
        label=_("Description"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        required=False,
        help_text=_("What is bought, where and when it is delivered, how it is paid."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), help_text=_("Bids are made in this currency.")
    )
    vat = forms.ChoiceField(
        label=_("Prices"),
        choices=VatSide.choices,
        help_text=_("Ceilings, steps and bids all agree with this."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = lists.currencies()  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(tender: Tender) -> dict[str, str]:
        """The form's values for a tender."""
        return {name: getattr(tender, name) for name in ("title", "description", "currency", "vat")}


def _amount(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs=DECIMAL),
    )


class LotForm(forms.Form):
    """One lot."""

    title = forms.CharField(label=_("Title"), max_length=200)
    quantity = _amount(_("Quantity"))
    unit = forms.ChoiceField(label=_("Unit"))
    scale = forms.TypedChoiceField(
        label=_("Decimal places of bids"),
        help_text=_("Of unit prices; in the budget format of quantities."),
        choices=[(number, str(number)) for number in range(7)],
        coerce=int,
        initial=2,
    )
    ceiling = _amount(_("Ceiling"), _("A first bid may not be above it. Suppliers see it."))
    start = _amount(
        _("Start price"),
        _("Dutch: low, it rises. Japanese: high, it falls. Other formats do not use it."),
    )
    budget = _amount(
        _("Budget for the whole lot"),
        _("Budget format only: what you pay, whatever quantity wins. Suppliers see it."),
    )
    floor = _amount(
        _("Least first quantity"),
        _("Budget format only: a first bid may not be below it. Suppliers see it."),
    )
    reserve = _amount(
        _("Hidden reserve"),
        _(
            "Above it nobody wins; in the budget format a quantity, below which nobody wins. "
            "Sealed at publication: nobody reads it again before the close."
        ),
    )
    baseline = _amount(_("Baseline"), _("Today's price, for the savings. Suppliers never see it."))
    target = _amount(_("Target"), _("Where you want to arrive. Suppliers never see it."))
    step_kind = forms.ChoiceField(
        label=_("Step of this lot"),
        required=False,
        choices=[
            ("", _("as in the terms")),
            (StepKind.PERCENT.value, _("percent")),
            (StepKind.ABSOLUTE.value, _("an amount")),
            (StepKind.SMALLER.value, _("both, the smaller counts")),
        ],
    )
    step_percent = _amount(_("Step in percent"))
    step_absolute = _amount(_("Step as an amount"))
    grid = _amount(_("Multiples of"), _("When set, every bid must be a multiple of it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = lists.units()  # type: ignore[attr-defined]

    def to_input(self) -> LotInput:
        """The cleaned values as the services take them."""
        return LotInput(**{f.name: self.cleaned_data[f.name] for f in fields(LotInput)})

    @staticmethod
    def initial_of(lot: Lot) -> dict[str, Any]:
        """The form's values for a lot of a draft."""
        values: dict[str, Any] = {
            "title": lot.title, "unit": lot.unit, "scale": lot.scale, "step_kind": lot.step_kind,
            "quantity": _plain(lot.quantity), "step_percent": _plain(lot.step_percent),
            "budget": _plain(lot.budget),
        }  # fmt: skip
        at_scale = ("ceiling", "start", "floor", "step_absolute", "grid")
        scales = {
            **dict.fromkeys(at_scale, lot.scale),
            **dict.fromkeys(("baseline", "target"), lot.money_scale),
        }
        for name, scale in scales.items():
            value = getattr(lot, name)
            values[name] = "" if value is None else format(quantize(value, scale), "f")
        if lot.reserve_sealed:
            values["reserve"] = format(auctioning.unseal(lot.reserve_sealed), "f")
        return values


def _plain(value: Any) -> str:
    return "" if value is None else format(value.normalize(), "f")


class PasteForm(forms.Form):
    """Lots from a spreadsheet."""

    pasted = forms.CharField(
        label=_("Lines"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        max_length=100_000,
        help_text=_(
            "One lot a line: title, quantity, unit, ceiling, reserve, baseline, target, budget, "
            "floor. Copied cells, semicolons or commas all work; a first line may name the columns."
        ),
    )


CHOSEN_APART = ("format", "preset")  # by buttons of their own


class TermsForm(forms.Form):
    """The settings of the auction, from the table in ``terms_fields``; never refuses a value."""

    def __init__(
        self,
        data: Any = None,
        *,
        rules: Mapping[str, Any],
        zone: ZoneInfo,
        problems: Mapping[str, list[Any]] | None = None,
        unit: str = "",
    ) -> None:
        typed = terms_fields.typed(rules)
        self.settings = tuple(
            field for field in terms_fields.fields_of(rules) if field.key not in CHOSEN_APART
        )
        initial = {
            field.html_name: _shown(field, typed[field.key], zone) for field in self.settings
        }
        super().__init__(data, initial=initial, use_required_attribute=False)
        self.zone = zone
        self.units = {}
        for field in self.settings:
            self.fields[field.html_name] = _control(field, unit)
            self.units[field.html_name] = _unit(field, zone, unit)
        self.problems = problems or {}

    def rules(self) -> dict[str, Any]:
        """What was typed, by key; moments in UTC."""
        return {
            field.key: _kept(field, self.cleaned_data.get(field.html_name), self.zone)
            for field in self.settings
        }

    def sections(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """Headings with their fields, the unit and the problems of each; the format has its own."""
        found = [
            (
                heading,
                [
                    {
                        "field": self[field.html_name],
                        "unit": self.units[field.html_name],
                        "problems": self.problems.get(field.key, []),
                        "wide": field.key == "currencies",
                    }
                    for field in self.settings
                    if field.section == key
                ],
            )
            for key, heading in terms_fields.SECTIONS
        ]
        return [(heading, items) for heading, items in found if items]


def _control(field: terms_fields.TermsField, currency: str) -> forms.Field:
    # ``required`` only tells which fields may stay empty: what is missing is saved all the same.
    common = {"label": field.label, "help_text": field.rule, "required": field.required}
    if field.kind is Kind.BOOL:
        return forms.BooleanField(label=field.label, help_text=field.rule, required=False)
    if field.kind is Kind.CHOICE:
        return forms.ChoiceField(choices=field.choices, **common)
    if field.kind is Kind.MOMENT:
        return forms.CharField(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), **common
        )
    if field.key == "currencies":
        return forms.CharField(widget=RatesTable(currency), max_length=4000, **common)
    if field.kind is Kind.TEXT:
        return forms.CharField(
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            max_length=4000,
            **common,
        )
    return forms.CharField(widget=forms.TextInput(attrs=DECIMAL), max_length=64, **common)


def _unit(field: terms_fields.TermsField, zone: ZoneInfo, currency: str) -> Any:
    return {
        Kind.MINUTES: _("min"),
        Kind.SECONDS: _("s"),
        Kind.PERCENT: "%",
        Kind.AMOUNT: currency,
        Kind.MOMENT: zone.key,
    }.get(field.kind, "")


def _shown(field: terms_fields.TermsField, value: Any, zone: ZoneInfo) -> Any:
    if field.kind is not Kind.MOMENT or not value:
        return value
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return value
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")


def _kept(field: terms_fields.TermsField, value: Any, zone: ZoneInfo) -> Any:
    if field.kind is not Kind.MOMENT or not value:
        return value
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return moment_to_wire(moment if moment.tzinfo else moment.replace(tzinfo=zone))
