"""The positions of a draft's lot: a table to type in, and rows pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from auctions.domain.terms_check import MAX_LINES
from crm_core.access.actor import Actor
from crm_core.access.capabilities import Capability
from crm_core.access.decorators import as_actor
from infra.problems import message
from kernel.errors import FairfallError
from marketplace import lists
from marketplace.tenders.models import Lot, LotLine, Tender
from marketplace.tenders.pages.common import put_error
from marketplace.tenders.pages.forms import DECIMAL, LotForm
from marketplace.tenders.policies import own_tender
from marketplace.tenders.services import lines
from marketplace.tenders.services.lines import LineInput
from marketplace.tenders.services.lots import find_lot

EDIT = Capability.TENDER_EDIT
SPARE = 3  # empty rows below the positions there are
MOST_ROWS = MAX_LINES + SPARE


def _text(label: Any, most: int, **attributes: str) -> forms.CharField:
    attrs = {"aria-label": label, "class": "ff-input", "autocomplete": "off", **attributes}
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


class LineForm(forms.Form):
    """One row. A row without a title is no position; ``place`` puts the rows in order."""

    place = forms.IntegerField(
        label=gettext_lazy("No."),
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.TextInput(
            attrs={
                "aria-label": gettext_lazy("No."),
                "class": "ff-input",
                "inputmode": "numeric",
                "autocomplete": "off",
            }
        ),
    )
    title = _text(gettext_lazy("Title"), 200)
    quantity = _text(gettext_lazy("Quantity"), 40, **DECIMAL)
    unit = _text(gettext_lazy("Unit, code"), 3, list="unit-codes", spellcheck="false")
    scale = forms.TypedChoiceField(
        label=gettext_lazy("Decimal places of prices"),
        required=False,
        choices=[(number, str(number)) for number in range(7)],
        coerce=int,
        empty_value=2,
        initial=2,
        widget=forms.Select(
            attrs={"aria-label": gettext_lazy("Decimal places of prices"), "class": "ff-input"}
        ),
    )
    ceiling = _text(gettext_lazy("Ceiling"), 40, **DECIMAL)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed that makes a position."""
        told = self.cleaned_data
        return not any(told.get(name) for name in ("title", "quantity", "ceiling"))


class PasteLinesForm(forms.Form):
    """Positions from a spreadsheet."""

    pasted = forms.CharField(
        label=gettext_lazy("Lines"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        max_length=100_000,
        help_text=gettext_lazy(
            "One position a line: title, quantity, unit, ceiling. Copied cells, semicolons or "
            "commas all work; a first line may name the columns."
        ),
    )


Rows = formset_factory(
    LineForm, extra=SPARE, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def card(tender: Tender, lot: Lot, rows: Any = None, paste: PasteLinesForm | None = None) -> Any:
    """What the card of the positions on the lot's page needs."""
    kept = list(lot.lines.order_by("number"))
    return {
        "tender": tender,
        "lot": lot,
        "has_lines": bool(kept),
        "rows": rows if rows is not None else Rows(initial=[_initial(line) for line in kept],
                                                   prefix="lines"),
        "paste_form": paste or PasteLinesForm(),
        "open_paste": paste is not None,
        "units": lists.units(),
        "step": "edit",
    }  # fmt: skip


@require_POST
@as_actor(EDIT)
def save(request: HttpRequest, actor: Actor, tender_id: UUID, lot_id: UUID) -> HttpResponse:
    """Make the rows the lot's positions."""
    tender = own_tender(actor, tender_id, EDIT)
    lot = find_lot(tender, lot_id)
    had = lot.lines.exists()
    rows = Rows(request.POST, prefix="lines")
    if rows.is_valid():
        typed = _in_order(rows)
        try:
            lines.set_lines(
                actor=actor, tender_id=tender_id, lot_id=lot_id,
                lines=[_input(form) for form in typed],
            )  # fmt: skip
        except FairfallError as error:
            _put(rows, typed, error)
        else:
            _told(request, had=had, has=bool(typed))
            return redirect("tenders:lot", tender_id, lot_id)
    return _page(request, tender, lot, card(tender, lot, rows))


@require_POST
@as_actor(EDIT)
def paste(request: HttpRequest, actor: Actor, tender_id: UUID, lot_id: UUID) -> HttpResponse:
    """Append positions copied from a spreadsheet, all or none."""
    tender = own_tender(actor, tender_id, EDIT)
    lot = find_lot(tender, lot_id)
    had = lot.lines.exists()
    form = PasteLinesForm(request.POST)
    if form.is_valid():
        try:
            typed = lines.lines_from_text(form.cleaned_data["pasted"])
            lines.add_lines(actor=actor, tender_id=tender_id, lot_id=lot_id, lines=typed)
        except FairfallError as error:
            put_error(form, error)
        else:
            _told(request, had=had, has=True)
            return redirect("tenders:lot", tender_id, lot_id)
    return _page(request, tender, lot, card(tender, lot, paste=form))


def _told(request: HttpRequest, *, had: bool, has: bool) -> None:
    messages.success(request, _("The positions are saved."))
    if has and not had:
        messages.info(
            request, _("The lot's own prices are totals now: those for a unit were cleared.")
        )
    elif had and not has:
        messages.info(
            request, _("The lot's own prices are for a unit again: the totals were cleared.")
        )


def _page(request: HttpRequest, tender: Tender, lot: Lot, context: Any) -> HttpResponse:
    if not tender.is_draft:
        return redirect("tenders:detail", tender.pk)
    context["form"] = LotForm(initial=LotForm.initial_of(lot))
    return render(request, "tenders/lot.html", context, status=422)


def _in_order(rows: BaseFormSet[LineForm]) -> list[LineForm]:
    """The rows that are positions, by their numbers; a new one without a number comes last."""
    typed = [form for form in rows.forms if not form.is_blank]
    return sorted(typed, key=lambda form: form.cleaned_data.get("place") or MOST_ROWS * 10)


def _input(form: LineForm) -> LineInput:
    told = form.cleaned_data
    return LineInput(
        title=told["title"],
        quantity=told["quantity"],
        unit=told["unit"] or "C62",
        scale=2 if told["scale"] in ("", None) else told["scale"],
        ceiling=told["ceiling"],
    )


def _put(rows: BaseFormSet[LineForm], typed: Sequence[LineForm], error: FairfallError) -> None:
    """Show a refusal beside the cell it names, or above the table."""
    _lines, _dot, rest = (error.field or "").partition(".")
    number, _dot, field = rest.partition(".")
    if number.isdigit() and int(number) <= len(typed) and field in LineForm.base_fields:
        typed[int(number) - 1].add_error(field, message(error))
    else:
        rows.non_form_errors().append(message(error))


def _initial(line: LotLine) -> dict[str, Any]:
    ceiling = line.ceiling
    return {
        "place": line.number,
        "title": line.title,
        "quantity": format(line.quantity.normalize(), "f"),
        "unit": line.unit,
        "scale": line.scale,
        "ceiling": "" if ceiling is None else format(ceiling.normalize(), "f"),
    }
