"""Every bid of one seat with what became of it, and the spreadsheet of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import xlsxwriter
from django.db import connection
from django.utils.translation import gettext as _

from auctions.domain import money, worth
from auctions.domain.direction import rises_in
from auctions.domain.events import (
    AutomaticBidPlaced,
    BidLines,
    BidPlaced,
    BidsVoided,
    LevelAccepted,
    OfferOpened,
    OfferRejected,
    OfferTakenBack,
    SealedOfferPlaced,
    SealedOfferWithdrawn,
    SurrogateBidPlaced,
    WithdrawalDecided,
)
from auctions.domain.formats.levels import level_price
from auctions.domain.formats.turns import taken_back
from auctions.domain.state import EMPTY, AuctionState
from auctions.domain.terms import Terms
from auctions.domain.void import void_bids
from auctions.models import AttemptEntry, CommandOutcome
from auctions.models.gate import OutcomeKind
from auctions.realtime.errors import NotAllowed
from auctions.realtime.messages import Refused
from auctions.realtime.reading import steps_after
from auctions.realtime.steps import Step
from auctions.selectors import load
from auctions.services.deciding import error_of
from auctions.services.own_lines import line_sheet
from auctions.services.packages_sheet import packages_sheet
from auctions.services.policies import Place
from auctions.services.rejections import rejection
from auctions.subject import AuctionSubject, subject_from
from crm_core.people.services import TimeZoneUnknown
from infra.problems import message
from kernel.clock import moment_to_wire
from kernel.decimals import MAX_SCALE

HEADER_ROW = 5
OFFERS = frozenset({"place_bid", "accept_level", "place_sealed_offer"})
_WIDTHS = (7, 30, 24, 29, 14, 10, 16, 12, 44, 26, 68, 16)


@dataclass(frozen=True, slots=True)
class OwnBid:
    """One bid of a seat: ``state`` is accepted, withdrawn, void or refused, with the ``reason``."""

    lot: int
    received_at: datetime
    amount: Decimal | None  # None: a refused level that was never open, or a sealed offer
    state: str
    reason: str
    ref: str
    leaf: str  # of the entry its receipt is signed for, as hex
    automatic: bool = False  # placed by the seat's limit: no receipt was given
    lines: tuple[Decimal, ...] | None = None  # the unit prices of the positions it is made of
    surrogate: bool = False  # placed by a neutral person, who has the receipt and gave the reason


@dataclass(frozen=True, slots=True)
class _Page:
    """The sheet being written, and what its rows are written from."""

    book: Any
    sheet: Any
    terms: Terms
    subject: AuctionSubject
    zone: ZoneInfo


def own_bids(place: Place) -> list[OwnBid]:
    """All bids of the place's seat in the order received. Raises NotAllowed without a seat.

    Reasons are in the active language.
    """
    seat = place.viewer.seat
    if seat is None:
        raise NotAllowed()
    found = [*_accepted(place, seat), *_refused(place, seat)]
    return sorted(found, key=lambda bid: (bid.received_at, bid.ref))


def zone_called(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises TimeZoneUnknown."""
    if name not in available_timezones():
        raise TimeZoneUnknown(field="zone")
    return ZoneInfo(name)


def workbook(place: Place, zone: ZoneInfo) -> bytes:
    """The seat's bids as an XLSX file: amounts are numbers, times stand in ``zone`` and in UTC.

    Raises NotAllowed without a seat.
    """
    bids = own_bids(place)
    terms = money.own(load(place.auction.pk), place.viewer.seat)
    subject = subject_from(place.auction.subject)
    file = BytesIO()
    # Texts are never read as formulas, links or numbers: references are chosen by people.
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": f"{subject.reference} {subject.title}", "author": place.name})
    sheet = book.add_worksheet(_sheet_name(_("Bids")))
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    _head(sheet, strong, place, subject, zone)
    for column, title in enumerate(_titles(terms, zone)):
        sheet.write_string(HEADER_ROW, column, title, strong)
        sheet.set_column(column, column, _WIDTHS[column])
    _rows(_Page(book, sheet, terms, subject, zone), bids)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    last = len(_titles(terms, zone)) - 1
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(1, len(bids)), last)
    if any(lot.lines is not None for lot in terms.lots):
        priced = [bid for bid in bids if bid.lines is not None]
        line_sheet(book, terms, subject, priced, strong)
    if terms.packages is not None:
        packages_sheet(book, place, terms, zone)
    book.close()
    return file.getvalue()


def _accepted(place: Place, seat: str) -> list[OwnBid]:
    with connection.cursor() as cursor:
        steps = steps_after(cursor, place.auction.pk, EMPTY)
    placed: dict[int, OwnBid] = {}
    waiting: dict[int, int] = {}  # the sealed offer of each lot that waits for its opening
    for step in steps:
        event = step.event
        if getattr(event, "seat", None) != seat:
            continue
        if isinstance(event, BidPlaced | LevelAccepted | SealedOfferPlaced):
            by_surrogate = isinstance(event, SurrogateBidPlaced)
            placed[step.entry.seq] = OwnBid(
                lot=event.lot,
                received_at=event.received_at,
                amount=None if isinstance(event, SealedOfferPlaced) else event.amount,
                state="accepted",
                reason=event.reason if isinstance(event, SurrogateBidPlaced) else "",
                ref="" if by_surrogate else event.ref,
                leaf=step.entry.leaf.hex(),
                automatic=isinstance(event, AutomaticBidPlaced),
                surrogate=by_surrogate,
            )
        elif isinstance(event, WithdrawalDecided) and event.approved and event.bid in placed:
            placed[event.bid] = replace(placed[event.bid], state="withdrawn", reason=event.reason)
        elif isinstance(event, BidsVoided):
            late = _("Received after the cut-off of the random end.")
            for seq in void_bids(step.after, event.lot, seat):
                placed[seq] = replace(placed[seq], state="void", reason=late)
        elif isinstance(event, OfferTakenBack):
            for place_of in taken_back(step.after, event, placed):
                if placed[place_of].lot == event.lot:
                    placed[place_of] = replace(placed[place_of], state="withdrawn")
        elif isinstance(event, BidLines):
            placed[event.bid] = replace(placed[event.bid], lines=event.prices)
        _follow_sealed(placed, waiting, step)
    unopened = _unopened(steps[-1].after) if steps else ""
    for seq in waiting.values():
        placed[seq] = replace(placed[seq], reason=unopened)
    return list(placed.values())


def _follow_sealed(placed: dict[int, OwnBid], waiting: dict[int, int], step: Step) -> None:
    """What the seat's event makes of its earlier sealed offer of that lot."""
    event = step.event
    if isinstance(event, SealedOfferPlaced):
        older = waiting.get(event.lot)
        if older is not None:
            replaced = _("Replaced by your later offer; never opened.")
            placed[older] = replace(placed[older], reason=replaced)
        waiting[event.lot] = step.entry.seq
    elif isinstance(event, SealedOfferWithdrawn | OfferOpened | OfferRejected):
        waiting.pop(event.lot, None)
        placed[event.offer] = _sealed_became(placed[event.offer], event)


def _unopened(state: AuctionState) -> str:
    if state.phase.is_open:
        return _("Sealed: nobody knows the amount before the opening.")
    return _("The auction ended without an opening; the amount is not known.")


def _sealed_became(
    bid: OwnBid, event: SealedOfferWithdrawn | OfferOpened | OfferRejected
) -> OwnBid:
    if isinstance(event, OfferOpened):
        return replace(bid, amount=event.amount)
    if isinstance(event, OfferRejected):
        return replace(bid, state="refused", reason=rejection(event.reason))
    return replace(bid, state="withdrawn", reason=_("Withdrawn unopened."))


def _refused(place: Place, seat: str) -> list[OwnBid]:
    outcomes = CommandOutcome.objects.filter(
        auction=place.auction, party=seat, kind=OutcomeKind.REFUSED
    )
    answers = {row.seq: row for row in outcomes}
    attempts = AttemptEntry.objects.filter(auction=place.auction, seq__in=answers)
    state = load(place.auction.pk)
    found = []
    for seq, body in attempts.values_list("seq", "body"):
        command = json.loads(body)["command"]
        if command is None or command["name"] not in OFFERS:
            continue
        fields = command["fields"]
        row = answers[seq]
        refusal = Refused(**{"ref": row.ref, **_fields(row.answer)})
        found.append(
            OwnBid(
                lot=fields["lot"],
                received_at=row.received_at,
                amount=_asked(state, fields),
                state="refused",
                reason=message(error_of(refusal)),
                ref=row.ref,
                leaf=row.answer["leaf"],
                lines=None if fields.get("lines") is None else tuple(map(Decimal, fields["lines"])),
            )
        )
    return found


def _asked(state: AuctionState, fields: dict[str, Any]) -> Decimal | None:
    """The amount of a refused command; of a sealed one nobody knows it."""
    if "amount" in fields:
        return Decimal(fields["amount"])
    return level_price(state, fields["lot"], fields["level"]) if "level" in fields else None


def _fields(answer: dict[str, Any]) -> dict[str, Any]:
    """The kept answer as fields of the message."""
    return {name: answer[name] for name in Refused.__struct_fields__ if name in answer}


def _head(sheet: Any, strong: Any, place: Place, subject: AuctionSubject, zone: ZoneInfo) -> None:
    lines = (
        (_("Auction"), f"{subject.reference} {subject.title}"),
        (_("Supplier"), place.name),
        (_("Time zone"), zone.key),
        (_("Auction id"), str(place.auction.pk)),
    )
    for number, (name, text) in enumerate(lines):
        sheet.write_string(number, 0, name, strong)
        sheet.write_string(number, 1, text)


def _titles(terms: Terms, zone: ZoneInfo) -> tuple[str, ...]:
    budget = rises_in(terms)
    return (
        _("Lot"),
        _("Title"),
        _("Received, %(zone)s") % {"zone": zone.key},
        _("Received, UTC, exact"),
        _("Quantity") if budget else _("Unit price, %(currency)s") % {"currency": terms.currency},
        _("Unit"),
        (_("Budget, %(currency)s") if budget else _("Lot total, %(currency)s"))
        % {"currency": terms.currency},
        _("State"),
        _("Reason"),
        _("Reference"),
        _("Leaf of the receipt"),
        *([_("Unit price, %(currency)s") % {"currency": terms.currency}] if budget else ()),
    )


def _rows(page: _Page, bids: Sequence[OwnBid]) -> None:
    states = {
        "accepted": _("Accepted"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
        "void": _("Void"),
    }
    automatic = {
        "accepted": _("Accepted, automatic"),
        "withdrawn": _("Withdrawn, automatic"),
    }
    surrogate = {
        "accepted": _("Accepted, surrogate"),
        "withdrawn": _("Withdrawn, surrogate"),
    }
    sheet = page.sheet
    moment = page.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
    amounts = {
        lot.number: page.book.add_format({"num_format": _decimals(lot.scale)})
        for lot in page.terms.lots
    }
    totals = {
        lot.number: page.book.add_format({"num_format": _decimals(max(2, lot.scale))})
        if lot.budget is not None
        else amounts[lot.number]
        for lot in page.terms.lots
    }
    exact = page.book.add_format({"num_format": _decimals(MAX_SCALE)})
    for row, bid in enumerate(bids, HEADER_ROW + 1):
        lot = page.terms.lot(bid.lot)
        sheet.write_number(row, 0, bid.lot)
        sheet.write_string(row, 1, "" if lot is None else lot.title)
        local = bid.received_at.astimezone(page.zone).replace(tzinfo=None)
        sheet.write_datetime(row, 2, local, moment)
        sheet.write_string(row, 3, moment_to_wire(bid.received_at.astimezone(UTC)))
        if bid.amount is not None:
            sheet.write_number(row, 4, bid.amount, amounts.get(bid.lot))
        if lot is not None:
            sheet.write_string(row, 5, page.subject.lot(lot.number).unit_label or lot.unit)
            if bid.state != "refused" and bid.amount is not None:
                total = worth.total(lot, bid.amount)
                sheet.write_number(row, 6, total, totals[lot.number])
                if lot.budget is not None:
                    price = worth.shown_unit_price(lot, bid.amount)
                    sheet.write_number(row, 11, price, exact)
        marked = automatic if bid.automatic else surrogate if bid.surrogate else states
        sheet.write_string(row, 7, marked[bid.state])
        sheet.write_string(row, 8, bid.reason)
        sheet.write_string(row, 9, bid.ref)
        sheet.write_string(row, 10, bid.leaf)


def _decimals(scale: int) -> str:
    return f"#,##0.{'0' * scale}" if scale else "#,##0"


def _sheet_name(text: str) -> str:
    return text[:31]
