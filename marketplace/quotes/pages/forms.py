"""Forms of requests and quotes. They carry what was typed; the services judge it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_core.access.forms import country_choices
from marketplace import lists
from marketplace.catalog.models import Offer
from marketplace.catalog.pages.forms import plain
from marketplace.quotes.models import Quote, Rfq, RfqLine
from marketplace.quotes.services.drafting import LineInput, RfqInput
from marketplace.quotes.services.quoting import AnswerInput, QuoteInput
from ui.forms import AmountField

DAY = {"type": "date"}


class RfqForm(forms.Form):
    """A request without its lines."""

    title = forms.CharField(label=_("What it is about"), max_length=200)
    deadline = forms.DateTimeField(
        label=_("Quotes until"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Until then you read who has quoted, not the prices."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"), initial="EUR",
        help_text=_("Prices are compared in it; none is converted."),
    )  # fmt: skip
    delivery_country = forms.ChoiceField(label=_("Country of delivery"))
    delivery_address = forms.CharField(label=_("Place of delivery"), max_length=500, required=False)
    note = forms.CharField(
        label=_("Note to the suppliers"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    names_shown = forms.BooleanField(label=_("Suppliers read who else is invited"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = lists.currencies()  # type: ignore[attr-defined]
        self.fields["delivery_country"].choices = country_choices()  # type: ignore[attr-defined]

    def rfq(self) -> RfqInput:
        """The cleaned request."""
        return RfqInput(**self.cleaned_data)

    @staticmethod
    def initial_of(rfq: Rfq) -> dict[str, Any]:
        """The form's values for a request."""
        names = ("title", "deadline", "delivery_country", "delivery_address", "note", "names_shown")
        return {**{each: getattr(rfq, each) for each in names}, "currency": rfq.currency_id}


class LineForm(forms.Form):
    """A line to add."""

    name = forms.CharField(label=_("What is needed"), max_length=200)
    quantity = AmountField(label=_("Quantity"))
    unit = forms.ChoiceField(label=_("Unit"), initial="C62")
    category = forms.CharField(label=_("Category, CPV code"), max_length=10, required=False)
    wanted_on = forms.DateField(
        label=_("Wanted delivery"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY),
    )  # fmt: skip
    note = forms.CharField(label=_("Properties or note"), max_length=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = lists.units()  # type: ignore[attr-defined]

    def line(self) -> LineInput:
        """The cleaned line."""
        return LineInput(**self.cleaned_data)


class QuoteForm(forms.Form):
    """A quote: its own fields, and for every line of the request ``<field>-<line id>``."""

    currency = forms.ChoiceField(label=_("Currency"))
    valid_until = forms.DateField(
        label=_("Valid until"), widget=forms.DateInput(format="%Y-%m-%d", attrs=DAY)
    )
    note = forms.CharField(label=_("Note to the buyer"), max_length=2000, required=False)

    def __init__(
        self, *args: Any, lines: Iterable[RfqLine], offers: Iterable[Offer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        self.fields["currency"].choices = lists.currencies()  # type: ignore[attr-defined]
        own = [("", "–"), *((str(each.pk), f"{each.sku} {each.product.name}") for each in offers)]
        for line in self.lines:
            whole = {
                "price": AmountField(label=_("Price of one"), required=False),
                "quantity": AmountField(
                    label=_("Quantity"), required=False, initial=plain(line.quantity)
                ),
                "lead_time_days": forms.IntegerField(
                    label=_("Lead time, days"), required=False,
                    widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                ),
                "offer": forms.ChoiceField(label=_("Own offer"), choices=own, required=False),
                "alternative": forms.BooleanField(
                    label=_("It is an alternative to what is asked"), required=False
                ),
                "note": forms.CharField(label=_("Note"), max_length=1000, required=False),
                "no_bid": forms.CharField(
                    label=_("Or why there is no bid"), max_length=1000, required=False
                ),
            }  # fmt: skip
            self.fields.update({f"{name}-{line.pk}": each for name, each in whole.items()})

    def by_line(self) -> list[tuple[RfqLine, dict[str, Any]]]:
        """Each line with its bound fields by name."""
        names = ("price", "quantity", "lead_time_days", "offer", "alternative", "note", "no_bid")
        return [(line, {name: self[f"{name}-{line.pk}"] for name in names}) for line in self.lines]

    def quote(self) -> QuoteInput:
        """The cleaned quote."""
        told = self.cleaned_data
        answers = [
            AnswerInput(
                line=line.pk,
                **{
                    name: told[f"{name}-{line.pk}"] or empty
                    for name, empty in (
                        ("price", None), ("quantity", None), ("offer", None),
                        ("alternative", False), ("note", ""), ("no_bid", ""))
                },
                lead_time_days=told[f"lead_time_days-{line.pk}"],
            )
            for line in self.lines
        ]  # fmt: skip
        return QuoteInput(valid_until=told["valid_until"], currency=told["currency"],
                          note=told["note"], answers=answers)  # fmt: skip

    @staticmethod
    def initial_of(quote: Quote) -> dict[str, Any]:
        """The form's values for a quote."""
        found: dict[str, Any] = {
            "currency": quote.currency_id, "valid_until": quote.valid_until, "note": quote.note,
        }  # fmt: skip
        for each in quote.lines.all():
            values = {
                "price": plain(each.price), "quantity": plain(each.quantity),
                "lead_time_days": each.lead_time_days, "offer": each.offer_id or "",
                "alternative": each.alternative, "note": each.note, "no_bid": each.no_bid,
            }  # fmt: skip
            found |= {f"{name}-{each.line_id}": value for name, value in values.items()}
        return found
