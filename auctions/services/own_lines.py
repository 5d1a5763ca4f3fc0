"""The second sheet of a supplier's own bids: the unit prices behind each bid on positions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from auctions.domain.terms import Terms
from auctions.subject import AuctionSubject
from kernel.clock import moment_to_wire
from kernel.decimals import line_total

if TYPE_CHECKING:
    from auctions.services.own_bids import OwnBid

_WIDTHS = (7, 29, 26, 10, 36, 14, 10, 16, 18)


def line_sheet(
    book: Any, terms: Terms, subject: AuctionSubject, bids: Sequence[OwnBid], strong: Any
) -> None:
    """Append the sheet; prices that were refused stand there as they were asked."""
    sheet = book.add_worksheet(_("Positions of lots")[:31])
    for column, (title, width) in enumerate(zip(_titles(terms), _WIDTHS, strict=True)):
        sheet.write_string(0, column, title, strong)
        sheet.set_column(column, column, width)
    row = 0
    for bid in bids:
        lot = terms.lot(bid.lot)
        lines = () if lot is None or lot.lines is None else lot.lines
        if lot is None or bid.lines is None or len(lines) != len(bid.lines):
            continue
        about = subject.lot(lot.number)
        for line, price in zip(lines, bid.lines, strict=True):
            row += 1
            sheet.write_number(row, 0, lot.number)
            sheet.write_string(row, 1, moment_to_wire(bid.received_at.astimezone(UTC)))
            sheet.write_string(row, 2, bid.ref)
            sheet.write_number(row, 3, line.number)
            sheet.write_string(row, 4, line.title)
            sheet.write_number(row, 5, line.quantity)
            sheet.write_string(row, 6, about.label_of(line.number) or line.unit)
            sheet.write_number(row, 7, price)
            sheet.write_number(row, 8, line_total(line.quantity, price, lot.scale))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, row), len(_WIDTHS) - 1)


def _titles(terms: Terms) -> tuple[str, ...]:
    return (
        _("Lot"),
        _("Received, UTC, exact"),
        _("Reference"),
        _("Position no."),
        _("Title"),
        _("Quantity"),
        _("Unit"),
        _("Unit price, %(currency)s") % {"currency": terms.currency},
        _("Total, %(currency)s") % {"currency": terms.currency},
    )
