"""Orders as a file: CSV and XLSX."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from infra import sheets
from kernel.clock import moment_to_wire
from kernel.decimals import quantize, to_wire
from marketplace.orders.models import Order

MOST = 50_000


def export(orders: QuerySet[Order], form: str) -> bytes:
    """The orders, at most fifty thousand, with the titles in the reader's language."""
    return sheets.written(
        form, titles=titles(), rows=_rows(orders[:MOST]), sheet=_("Orders"), wide=(1, 2)
    )


def titles() -> list[str]:
    """The columns."""
    return [_("Order"), _("Buyer"), _("Supplier"), _("State"), _("Placed"), _("Lines"), _("Total"),
            _("Currency")]  # fmt: skip


def _rows(orders: QuerySet[Order]) -> Iterator[list[str | int]]:
    for order in orders.iterator(chunk_size=500):
        yield [
            order.number, order.buyer.legal_name, order.supplier.legal_name,
            str(order.get_state_display()), moment_to_wire(order.placed_at),
            order.line_count,  # type: ignore[attr-defined]
            to_wire(quantize(order.total, order.currency.digits)), order.currency_id,
        ]  # fmt: skip
