"""Lots of a draft: added, changed, removed, put in order, pasted from a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from auctions.domain.terms import StepKind
from crm_core.access.actor import Actor
from infra.problems import message
from kernel.clock import utc_now
from kernel.decimals import MAX_SCALE, AmountMalformed, AmountScale, parse_amount
from marketplace.tenders import auctioning
from marketplace.tenders.errors import FieldWrong, LotNotFound
from marketplace.tenders.models import Lot, Tender
from marketplace.tenders.policies import own_draft

MOST_LOTS = 200
AS_A_WHOLE = "LO"  # the unit of a lot with positions: one lot
CSV_COLUMNS = (
    "title", "quantity", "unit", "ceiling", "reserve", "baseline", "target", "budget", "floor",
)  # fmt: skip
_SCALES = tuple(str(scale) for scale in range(MAX_SCALE + 1))
_PRICES = ("ceiling", "start", "reserve", "step_absolute", "grid", "floor")
_MONEY = ("baseline", "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotInput:
    """A lot as typed: amounts as text, with point or comma; empty where nothing is set."""

    title: str
    quantity: str = ""
    unit: str = "C62"
    scale: int = 2
    ceiling: str = ""
    reserve: str = ""
    baseline: str = ""
    target: str = ""
    step_kind: str = ""
    step_absolute: str = ""
    step_percent: str = ""
    grid: str = ""
    start: str = ""
    budget: str = ""
    floor: str = ""


def add_lot(*, actor: Actor, tender_id: UUID, lot: LotInput) -> Lot:
    """Append a lot to the draft. Raises FieldWrong with the field in question."""
    return add_lots(actor=actor, tender_id=tender_id, lots=[lot])[0]


def add_lots(*, actor: Actor, tender_id: UUID, lots: Sequence[LotInput]) -> list[Lot]:
    """Append several lots, all or none."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        last = tender.lots.aggregate(last=Max("number"))["last"] or 0
        if last + len(lots) > MOST_LOTS:
            raise FieldWrong(
                field="title", reason=_("A tender has at most %(most)d lots.") % {"most": MOST_LOTS}
            )
        made = []
        for number, typed in enumerate(lots, start=last + 1):
            lot = Lot(tender=tender, number=number)
            _fill(lot, typed)
            lot.save(force_insert=True)
            made.append(lot)
        touch(tender)
    return made


def update_lot(*, actor: Actor, tender_id: UUID, lot_id: UUID, lot: LotInput) -> Lot:
    """Replace what a lot says; its number stays."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        found = find_lot(tender, lot_id)
        _fill(found, lot)
        found.save()
        touch(tender)
    return found


def remove_lot(*, actor: Actor, tender_id: UUID, lot_id: UUID) -> None:
    """Take a lot out; those after it move up."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        find_lot(tender, lot_id).delete()
        _number(list(tender.lots.order_by("number")))
        touch(tender)


def reorder_lots(*, actor: Actor, tender_id: UUID, order: Sequence[UUID]) -> None:
    """Number the lots 1, 2, … in this order, which must name each exactly once."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        lots = {lot.pk: lot for lot in tender.lots.all()}
        if len(order) != len(lots) or set(order) != set(lots):
            raise FieldWrong(field="order", reason=_("Name every lot exactly once."))
        _number([lots[lot_id] for lot_id in order])
        touch(tender)


def move_lot(*, actor: Actor, tender_id: UUID, lot_id: UUID, earlier: bool) -> None:
    """Let a lot change places with its neighbour; at the end of the list nothing happens."""
    with transaction.atomic():
        tender = own_draft(actor, tender_id)
        lots = list(tender.lots.order_by("number"))
        at = next((index for index, lot in enumerate(lots) if lot.pk == lot_id), None)
        if at is None:
            raise LotNotFound()
        other = at - 1 if earlier else at + 1
        if 0 <= other < len(lots):
            lots[at], lots[other] = lots[other], lots[at]
            _number(lots)
            touch(tender)


def lots_from_text(text: str) -> list[LotInput]:
    """Lots pasted from a spreadsheet: tab, semicolon or comma between columns, one lot a line.

    Columns: title, quantity, unit, ceiling, reserve, baseline, target, budget, floor; a first line
    naming them may change their order. Raises FieldWrong for an unknown column.
    """
    return [
        LotInput(**{"title": "", **cells}, scale=scale)
        for cells, scale in table_rows(
            text, CSV_COLUMNS, frozenset(f.name for f in fields(LotInput))
        )
    ]


def table_rows(
    text: str, columns: Sequence[str], known: frozenset[str]
) -> Iterator[tuple[dict[str, str], int]]:
    """The rows of a pasted table: cells by column, and the decimal places of its prices.

    A first line that names a ``title`` gives the columns, each a ``known`` one. Raises FieldWrong.
    """
    text = text.strip("\ufeff\r\n ")
    if not text:
        raise FieldWrong(field="pasted", reason=_("Paste at least one line."))
    first = text.splitlines()[0]
    delimiter = next((mark for mark in ("\t", ";", ",") if mark in first), ";")
    try:
        lines = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
        rows = [row for row in lines if any(row)]
    except csv.Error as error:
        raise FieldWrong(field="pasted", reason=_("This is not a table.")) from error
    if not rows:
        raise FieldWrong(field="pasted", reason=_("Paste at least one line."))
    heading = [cell.strip().lower() for cell in rows[0]]
    if "title" in heading:
        unknown = [name for name in heading if name not in known]
        if unknown:
            raise FieldWrong(
                field="pasted", reason=_("Unknown column: %(name)s") % {"name": unknown[0]}
            )
        columns, rows = heading, rows[1:]
    for number, row in enumerate(rows, start=1):
        if len(row) > len(columns):
            raise FieldWrong(
                field="pasted", reason=_("Line %(line)d has too many columns.") % {"line": number}
            )
        cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
        scale = cells.pop("scale", "") or "2"
        if scale not in _SCALES:
            raise FieldWrong(
                field="pasted", reason=_("Line %(line)d: decimal places 0 to 6.") % {"line": number}
            )
        cells["unit"] = cells.get("unit") or "C62"
        yield cells, int(scale)


def _fill(lot: Lot, typed: LotInput) -> None:
    lot.title = typed.title.strip()
    if not lot.title or len(lot.title) > 200:
        raise FieldWrong(field="title", reason=_("Give the lot a title of at most 200 characters."))
    if not 0 <= typed.scale <= MAX_SCALE:
        raise FieldWrong(field="scale", reason=_("Between 0 and 6 decimal places."))
    lot.scale = typed.scale
    lot.unit = typed.unit.strip().upper()
    if not 1 <= len(lot.unit) <= 3 or not lot.unit.isalnum():
        raise FieldWrong(field="unit", reason=_("Choose a unit."))
    lot.quantity = amount_typed("quantity", typed.quantity, MAX_SCALE)
    if (
        not lot._state.adding and lot.lines.exists()
    ):  # its positions have quantities: the lot is one lot
        lot.quantity, lot.unit = Decimal(1), AS_A_WHOLE
    prices = {name: amount_typed(name, getattr(typed, name), lot.scale) for name in _PRICES}
    lot.budget = amount_typed("budget", typed.budget, MAX_SCALE)
    for name in _MONEY:
        prices[name] = amount_typed(name, getattr(typed, name), lot.money_scale)
    reserve = prices.pop("reserve")
    lot.reserve_sealed = None if reserve is None else auctioning.seal(reserve)
    for name, value in prices.items():
        setattr(lot, name, value)
    if typed.step_kind and typed.step_kind not in [
        kind.value for kind in StepKind if kind is not StepKind.BANDS
    ]:
        raise FieldWrong(field="step_kind", reason=_("Choose one of the kinds of step."))
    lot.step_kind = typed.step_kind
    lot.step_percent = amount_typed("step_percent", typed.step_percent, MAX_SCALE)
    if lot.step_percent is not None and lot.step_percent >= 100:
        raise FieldWrong(field="step_percent", reason=_("Less than 100 percent."))
    if lot.target is not None and lot.baseline is not None and lot.target > lot.baseline:
        raise FieldWrong(field="target", reason=_("The target lies above the baseline."))


def amount_typed(name: str, text: str, scale: int) -> Decimal | None:
    """A positive amount as typed, None where nothing was. Raises FieldWrong with that field."""
    plain = text.replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if not plain:
        return None
    try:
        amount = parse_amount(plain, scale)
    except (AmountMalformed, AmountScale) as wrong:
        raise FieldWrong(field=name, reason=message(wrong)) from wrong
    if amount <= 0:
        raise FieldWrong(field=name, reason=_("Write a number greater than zero."))
    return amount


def find_lot(tender: Tender, lot_id: UUID) -> Lot:
    """A lot of the tender. Raises LotNotFound."""
    lot = tender.lots.filter(pk=lot_id).first()
    if lot is None:
        raise LotNotFound()
    return lot


def _number(lots: Sequence[Lot]) -> None:
    for number, lot in enumerate(lots, start=1):
        lot.number = number
    Lot.objects.bulk_update(lots, ["number"])


def touch(tender: Tender) -> None:
    """Note that the draft changed."""
    tender.updated_at = utc_now()
    tender.save(update_fields=["updated_at"])
