"""The protocol as a PDF: the same document as the page and the JSON, in the active language.

The same document gives the same bytes, whenever and wherever it is written.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from crm_core.access.actor import Actor
from crm_core.people.models import User
from kernel.clock import moment_from_wire
from marketplace.tenders.models import Tender
from marketplace.tenders.protocol import protocol_for
from ui import formatting

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "DejaVu"
MARGIN = 16.0  # millimetres
LABEL_WIDTH = 44.0
_INK, _GREY, _LINE = (20, 26, 38), (92, 102, 117), (205, 211, 220)
_HEADINGS = FontFace(emphasis="BOLD", color=_GREY, size_pt=8)

# It tells at length which tables of a font it kept.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class ProtocolFile:
    """A finished PDF and the name to keep it under."""

    name: str
    content: bytes


def protocol_file(actor: Actor, tender: Tender) -> ProtocolFile:
    """The protocol as the actor's company may see it, with times in the actor's own zone.

    ``tender`` must have been fetched for this actor by ``policies``. Raises ProtocolNotReady
    before the end.
    """
    document = protocol_for(actor, tender)
    name = User.objects.values_list("time_zone", flat=True).get(pk=actor.user_id)
    content = _Writer(document, str(tender.get_vat_display()), _zone(name)).written()
    return ProtocolFile(f"{tender.reference}.pdf", content)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


class _Page(FPDF):
    """A page with the reference and its number below."""

    def __init__(self, reference: str) -> None:
        super().__init__(format="A4")
        self._reference = reference
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 6)
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.set_font(FAMILY, size=8)
        self.set_text_color(*_GREY)
        self.cell(0, 5, f"{_('Protocol')} {self._reference}")
        self.set_y(-MARGIN)
        number = _("Page %(number)d of %(all)s") % {
            "number": self.page_no(),
            "all": self.str_alias_nb_pages,
        }
        self.cell(0, 5, number, align="R")


class _Writer:
    """Writes one document."""

    def __init__(self, document: dict[str, Any], vat: str, zone: ZoneInfo) -> None:
        self._document, self._vat, self._zone = document, vat, zone
        self._pdf = _Page(document["tender"]["reference"])
        self._currency = document["tender"]["currency"]

    def written(self) -> bytes:
        """The whole file."""
        pdf, tender = self._pdf, self._document["tender"]
        title = f"{_('Protocol')} {tender['reference']}"
        pdf.set_title(title)
        pdf.set_author(self._document["buyer"]["name"])
        pdf.set_creator("Fairfall")
        pdf.set_lang(get_language() or "en")
        # Its own date, not today's: what is written twice must be equal.
        pdf.set_creation_date(moment_from_wire(tender["ended_at"]))
        pdf.add_page()
        self._text(title, size=17, bold=True)
        self._text(tender["title"], size=11, colour=_GREY)
        self._about()
        self._participants()
        for lot in self._document["lots"]:
            self._lot(lot)
        self._record()
        return bytes(pdf.output())

    # Sections -----------------------------------------------------------------------------

    def _about(self) -> None:
        tender, buyer = self._document["tender"], self._document["buyer"]
        self._heading(_("Tender"))
        self._pairs(
            (_("Buyer"), f"{buyer['name']} ({buyer['country']})"),
            (_("State"), _joined(tender["state_text"], tender["reason"])),
            (_("Outcome"), self._document["outcome"]),
            (_("Prices"), f"{tender['currency']}, {self._vat}"),
            (_("Published"), self._moment(tender["published_at"])),
            (_("Start"), self._moment(tender["starts_at"])),
            (_("Ended"), self._moment(tender["ended_at"])),
            (_("Time zone"), self._zone.key),
        )

    def _participants(self) -> None:
        document = self._document
        self._heading(_("Participants"))
        if document["written_for"] == "supplier" and document["terms"]["disclosure"] == "buyer":
            note = _("your own company; the terms disclose the others to the buyer")
            self._text(note, colour=_GREY)
        rows = []
        for each in document["participants"]:
            late = f" ({_('late')})" if each["late"] else ""
            answer = _joined(each["state_text"] + late, each.get("reason", ""))
            rows.append((each["name"], each["country"], answer, _count(each["bids"])))
        self._table(
            (_("Name"), _("Country"), _("Answer"), _("Bids")), rows, (70, 22, 62, 24), "LLLR"
        )

    def _lot(self, lot: dict[str, Any]) -> None:
        number = _("Lot %(number)s") % {"number": lot["number"]}
        self._heading(f"{number}: {lot['title']}")
        pairs = [
            (_("Quantity"), formatting.quantity(lot["quantity"], lot["unit_symbol"])),
            (_("Outcome"), lot["outcome_text"]),
            (_("Closed"), self._moment(lot["closed_at"])),
            (_("Extensions"), str(lot["extensions"])),
        ]
        if lot.get("bids") is not None:
            pairs.append((_("Bids"), str(lot["bids"])))
        if lot.get("reserve"):
            pairs.append((_("Reserve, opened"), self._money(lot["reserve"], lot)))
        if lot["award"]:
            pairs.append((_("Decision"), self._decision(lot)))
        self._pairs(*pairs)
        rows = [
            (
                str(row["rank"]),
                row["name"],
                formatting.figure(row["price"], least=lot["scale"]),
                formatting.figure(row["total"], least=lot["scale"]),
                str(row["bids"]),
                self._moment(row["at"]),
            )
            for row in lot["standing"]
        ]
        titles = (
            _("Rank"), _("Supplier"), _("Unit price"), _("Total"), _("Bids"), _("Received"),
        )  # fmt: skip
        self._table(titles, rows, (15, 54, 27, 33, 14, 35), "RLRRRL")

    def _decision(self, lot: dict[str, Any]) -> str:
        award = lot["award"]
        if award.get("name"):
            text = _("awarded to %(name)s at %(price)s") % {
                "name": award["name"],
                "price": self._money(award["price"], lot),
            }
        elif award["awarded"]:
            text = _("awarded to another supplier")
        else:
            text = _("not awarded")
        return f"{_joined(text, award.get('reason', ''))}, {self._moment(award['decided_at'])}"

    def _record(self) -> None:
        ledger, terms = self._document["ledger"], self._document["terms"]
        self._heading(_("Record"))
        version = _("version %(version)s") % {"version": terms["version"]}
        self._pairs(
            (_("Entries"), str(ledger["entries"])),
            (_("Head of the chain"), ledger["head"]),
            (_("Terms"), f"{version} · {terms['sha256']}"),
            (_("Platform key"), ledger["key_id"]),
        )
        self._text(
            _(
                "Whoever has the export of this auction can check it with the verifier: it "
                "rebuilds the chain, the signatures and the winner, and must arrive at this head."
            ),
            colour=_GREY,
        )

    # Parts --------------------------------------------------------------------------------

    def _text(
        self,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        colour: tuple[int, int, int] = _INK,
    ) -> None:
        self._pdf.set_font(FAMILY, "B" if bold else "", size)
        self._pdf.set_text_color(*colour)
        self._pdf.multi_cell(0, size * 0.55, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _heading(self, text: str) -> None:
        pdf = self._pdf
        pdf.ln(5)
        if pdf.will_page_break(30):
            pdf.add_page()
        self._text(text, size=11.5, bold=True)
        pdf.ln(1.5)

    def _pairs(self, *pairs: tuple[str, str]) -> None:
        pdf = self._pdf
        for label, text in pairs:
            pdf.set_font(FAMILY, size=9)
            if pdf.will_page_break(12):
                pdf.add_page()
            top = pdf.get_y()
            pdf.set_text_color(*_GREY)
            pdf.multi_cell(LABEL_WIDTH, 5, label, align="L", new_x="RIGHT", new_y="TOP")
            pdf.set_xy(MARGIN + LABEL_WIDTH, top)
            pdf.set_text_color(*_INK)
            pdf.multi_cell(0, 5, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: tuple[int, ...],
        align: str,
    ) -> None:
        if not rows:
            return
        pdf = self._pdf
        pdf.ln(1.5)
        pdf.set_font(FAMILY, size=8.5)
        pdf.set_text_color(*_INK)
        pdf.set_draw_color(*_LINE)
        with pdf.table(
            col_widths=widths,
            text_align=tuple("RIGHT" if each == "R" else "LEFT" for each in align),
            headings_style=_HEADINGS,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=4.6,
            padding=(0.8, 1),
        ) as table:
            for row in (titles, *rows):
                table.row(row)

    # Values -------------------------------------------------------------------------------

    def _money(self, amount: str, lot: dict[str, Any]) -> str:
        return f"{formatting.figure(amount, least=lot['scale'])}{formatting.NBSP}{self._currency}"

    def _moment(self, wire: str | None) -> str:
        if wire is None:
            return formatting.NOTHING
        at: datetime = moment_from_wire(wire).astimezone(self._zone)
        return format_datetime(at, format="d MMM y, HH:mm:ss", locale=formatting.locale())


def _count(bids: int | None) -> str:
    return "–" if bids is None else str(bids)


def _joined(text: str, reason: str) -> str:
    return f"{text}: {reason}" if reason else text
