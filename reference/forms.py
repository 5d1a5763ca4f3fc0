"""Forms of the shared lists."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel.decimals import to_wire
from reference.attributes import AttributeInput, ChoiceInput
from reference.domain.numbers import decimal
from reference.imports.formats import IMPORTED
from reference.models import Attribute, AttributeKind, QuantityKind, Taxonomy, Unit
from ui.forms import AmountField


class ConversionForm(forms.Form):
    """An amount and two units; the units come in ``groups`` of what they measure."""

    amount = AmountField(label=_("Amount"), max_digits=40, decimal_places=20)
    source = forms.ChoiceField(label=_("From"))
    target = forms.ChoiceField(label=_("To"))

    def __init__(
        self, *given: Any, groups: Sequence[tuple[QuantityKind, Sequence[Unit]]], **named: Any
    ) -> None:
        super().__init__(*given, **named)
        choices = [
            (kind.label, [(unit.code, f"{unit.name}, {unit.symbol}") for unit in units])
            for kind, units in groups
        ]
        self.fields["source"].choices = choices  # type: ignore[attr-defined]
        self.fields["target"].choices = choices  # type: ignore[attr-defined]


class AttributeForm(forms.Form):
    """An attribute of a category; key, kind and unit are asked for only when it is made."""

    key = forms.CharField(
        label=_("Key"), max_length=40,
        help_text=_("Stands in files and in the API: small Latin letters, digits and _."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=AttributeKind.choices)
    unit = forms.CharField(
        label=_("Unit"), max_length=3, required=False,
        help_text=_("Of a number, always: a code such as MMT or KGM."),
    )  # fmt: skip
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    name_ru = forms.CharField(label=_("Name in Russian"), max_length=200, required=False)
    name_uk = forms.CharField(label=_("Name in Ukrainian"), max_length=200, required=False)
    decimals = forms.IntegerField(
        label=_("Decimal places of a number"), min_value=0, max_value=9, required=False
    )
    lowest = AmountField(label=_("Lowest number"), max_digits=24, decimal_places=9, required=False)
    highest = AmountField(
        label=_("Highest number"), max_digits=24, decimal_places=9, required=False
    )
    choices = forms.CharField(
        label=_("Choices"), required=False, max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line: value | in English | in Russian | in Ukrainian."),
    )  # fmt: skip
    required = forms.BooleanField(label=_("Must be given"), required=False)

    def __init__(self, *given: Any, attribute: Attribute | None = None, **named: Any) -> None:
        if attribute is not None:
            named["initial"] = _typed(attribute)
        super().__init__(*given, **named)
        if attribute is not None:
            unasked = ["key", "kind", "unit"]
            if attribute.kind != AttributeKind.NUMBER:
                unasked += ["decimals", "lowest", "highest"]
            if attribute.kind != AttributeKind.CHOICE:
                unasked.append("choices")
            for name in unasked:
                del self.fields[name]

    def clean_unit(self) -> str:
        """The code as the list has it."""
        return str(self.cleaned_data["unit"]).strip().upper()

    def clean_choices(self) -> list[ChoiceInput]:
        """The lines as choices. Raises ValidationError with the number of a wrong line."""
        found = []
        for number, line in enumerate(self.cleaned_data["choices"].splitlines(), start=1):
            if not line.strip():
                continue
            parts = [part.strip() for part in line.split("|")]
            if not 2 <= len(parts) <= 4:
                raise ValidationError(
                    gettext(
                        "Line %(line)d: a value, a label in English, and up to two further labels."
                    )
                    % {"line": number}
                )
            value, en, ru, uk = (*parts, "", "")[:4]
            found.append(ChoiceInput(value=value, name_en=en, name_ru=ru, name_uk=uk))
        return found

    def given(self) -> AttributeInput:
        """What was typed, for the service."""
        return AttributeInput(**self.cleaned_data)


class ImportForm(forms.Form):
    """A file of a taxonomy."""

    taxonomy = forms.ChoiceField(
        label=_("Taxonomy"), choices=[(each.value, each.label) for each in IMPORTED]
    )
    file = forms.FileField(
        label=_("File"), help_text=_("CSV in UTF-8, UTF-16 or Windows-1251, or XLSX. The whole "
                                     "taxonomy: what is not in the file is retired."),
    )  # fmt: skip


class MappingsForm(forms.Form):
    """A file of which categories of two taxonomies correspond."""

    source = forms.ChoiceField(label=_("From taxonomy"), choices=Taxonomy.choices)
    target = forms.ChoiceField(
        label=_("To taxonomy"), choices=Taxonomy.choices, initial=Taxonomy.UNSPSC
    )
    file = forms.FileField(
        label=_("File"), help_text=_("Columns from, to and relation: exact, broader or narrower, "
                                     "which is what the second is to the first."),
    )  # fmt: skip
    apply = forms.BooleanField(label=_("Apply it, if no row is wrong"), required=False)


def _typed(attribute: Attribute) -> dict[str, Any]:
    """An attribute as it stands in the form."""
    lines = [
        " | ".join((each.value, each.name_en, each.name_ru, each.name_uk))
        for each in attribute.choices.filter(retired=False)
    ]
    names = ("name_en", "name_ru", "name_uk", "decimals", "required")
    return {
        **{name: getattr(attribute, name) for name in names},
        "lowest": _plain(attribute.lowest),
        "highest": _plain(attribute.highest),
        "choices": "\n".join(lines),
    }


def _plain(value: Decimal | None) -> str:
    """Without the zeros that the column adds."""
    return "" if value is None else to_wire(decimal(Fraction(value))[0])
