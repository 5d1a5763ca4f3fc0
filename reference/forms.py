"""Forms of the shared lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reference.models import QuantityKind, Unit
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
