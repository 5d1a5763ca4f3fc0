"""Positions of a draft's lot: replaced as a whole, so that the page and the API say all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from auctions.domain.terms_check import MAX_LINES
from crm_core.access.actor import Actor
from kernel.decimals import MAX_SCALE
from marketplace.tenders.errors import FieldWrong
from marketplace.tenders.models import Lot, LotLine
from marketplace.tenders.policies import own_draft
from marketplace.tenders.services.lots import AS_A_WHOLE, amount_typed, find_lot, table_rows, touch

COLUMNS = ("title", "quantity", "unit", "ceiling")
KNOWN = (*COLUMNS, "scale")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """A position as typed: amounts as text, with point or comma; empty where nothing is set."""

    title: str
    quantity: str = ""
    unit: str = "C62"
    scale: int = 2
    ceiling: str = ""


def set_lines(
    *, actor: Actor, tender_id: UUID, lot_id: UUID, lines: Sequence[LineInput]
) -> list[LotLine]:
    """Make these the lot's positions, numbered in this order; none: the lot is bid at one price.

    A lot with positions counts as one lot: its quantity is 1. What was a price of a unit would now
    be one of the whole, or the other way round: where that changes, the lot's own prices are
    cleared. Raises FieldWrong naming the field of
    the position at fault, such as ``lines.3.quantity``.
    """
    if len(lines) > MAX_LINES:
        raise FieldWrong(
            field="lines", reason=_("A lot has at most %(most)d positions.") % {"most": MAX_LINES}
        )
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        lot = find_lot(tender, lot_id)
        made = [_line(lot, number, typed) for number, typed in enumerate(lines, start=1)]
        had, _of_each = lot.lines.all().delete()
        LotLine.objects.bulk_create(made)
        if made:
            lot.quantity, lot.unit = Decimal(1), AS_A_WHOLE
        if bool(had) != bool(made):
            _clear_prices(lot)
        lot.save()
        touch(tender)
    return made


def add_lines(
    *, actor: Actor, tender_id: UUID, lot_id: UUID, lines: Sequence[LineInput]
) -> list[LotLine]:
    """Append positions to those the lot has, all or none."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        before = [_typed(line) for line in find_lot(tender, lot_id).lines.order_by("number")]
        return set_lines(actor=actor, tender_id=tender_id, lot_id=lot_id, lines=[*before, *lines])


def lines_from_text(text: str) -> list[LineInput]:
    """Positions pasted from a spreadsheet: tab, semicolon or comma between columns, one a line.

    Columns: title, quantity, unit, ceiling; a first line naming them may change their order, and
    name ``scale``. Raises FieldWrong.
    """
    return [
        LineInput(**{"title": "", **cells}, scale=scale)
        for cells, scale in table_rows(text, COLUMNS, frozenset(KNOWN))
    ]


def _clear_prices(lot: Lot) -> None:
    lot.reserve_sealed = None
    for name in ("ceiling", "start", "baseline", "target", "step_absolute", "grid"):
        setattr(lot, name, None)


def _typed(line: LotLine) -> LineInput:
    ceiling = "" if line.ceiling is None else format(line.ceiling.normalize(), "f")
    return LineInput(
        title=line.title,
        quantity=format(line.quantity.normalize(), "f"),
        unit=line.unit,
        scale=line.scale,
        ceiling=ceiling,
    )


def _line(lot: Lot, number: int, typed: LineInput) -> LotLine:
    at = f"lines.{number}."
    title, unit = typed.title.strip(), typed.unit.strip().upper()
    if not title or len(title) > 200:
        reason = _("Give the position a title of at most 200 characters.")
        raise FieldWrong(field=f"{at}title", reason=reason)
    if not 0 <= typed.scale <= MAX_SCALE:
        raise FieldWrong(field=f"{at}scale", reason=_("Between 0 and 6 decimal places."))
    if not 1 <= len(unit) <= 3 or not unit.isalnum():
        raise FieldWrong(field=f"{at}unit", reason=_("Choose a unit."))
    quantity = amount_typed(f"{at}quantity", typed.quantity, MAX_SCALE)
    if quantity is None:
        raise FieldWrong(field=f"{at}quantity", reason=_("Give the quantity."))
    return LotLine(
        lot=lot,
        number=number,
        title=title,
        quantity=quantity,
        unit=unit,
        scale=typed.scale,
        ceiling=amount_typed(f"{at}ceiling", typed.ceiling, typed.scale),
    )
