"""The sheet of a supplier's packages and discounts, beside that of its bids."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from auctions.domain.terms import Terms
from auctions.services.own_packages import OwnPackage, own_packages
from auctions.services.package_words import condition, held, named
from auctions.services.policies import Place
from kernel.clock import moment_to_wire

_WIDTHS = (14, 24, 29, 44, 16, 12, 44, 26, 68)


def packages_sheet(book: Any, place: Place, terms: Terms, zone: ZoneInfo) -> None:
    """One row a package or discount of the place's seat."""
    sheet = book.add_worksheet(_("Packages")[:31])
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for column, title in enumerate(_titles(terms, zone)):
        sheet.write_string(0, column, title, strong)
        sheet.set_column(column, column, _WIDTHS[column])
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    money = book.add_format({"num_format": "#,##0.00####"})
    states = {"accepted": _("Accepted"), "refused": _("Refused"), "withdrawn": _("Withdrawn")}
    for row, each in enumerate(own_packages(place), 1):
        sheet.write_string(row, 0, named(each.package))
        local = each.received_at.astimezone(zone).replace(tzinfo=None)
        sheet.write_datetime(row, 1, local, moment)
        sheet.write_string(row, 2, moment_to_wire(each.received_at.astimezone(UTC)))
        sheet.write_string(row, 3, _held(each, terms.currency))
        if each.total is not None:
            sheet.write_number(row, 4, each.total, money)
        sheet.write_string(row, 5, states[each.state])
        sheet.write_string(row, 6, each.reason)
        sheet.write_string(row, 7, each.ref)
        sheet.write_string(row, 8, each.leaf)
    sheet.freeze_panes(1, 0)


def _titles(terms: Terms, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        _("Package"),
        _("Received, %(zone)s") % {"zone": zone.key},
        _("Received, UTC, exact"),
        _("What it held"),
        _("Total, %(currency)s") % {"currency": terms.currency},
        _("State"),
        _("Reason"),
        _("Reference"),
        _("Leaf of the receipt"),
    )


def _held(each: OwnPackage, currency: str) -> str:
    if each.prices is not None:
        return held(each.prices)
    return "" if each.discount is None else condition(each.discount, currency)
