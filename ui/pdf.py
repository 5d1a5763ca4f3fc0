"""What every PDF of the site is made of: A4, our letters, headings, pairs, tables.

A writer inherits :class:`Sheet` and decides what stands on it. The same content gives the same
bytes where the creation date is the content's own.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "DejaVu"
MARGIN = 16.0  # millimetres
LABEL_WIDTH = 44.0
INK, GREY, LINE = (20, 26, 38), (92, 102, 117), (205, 211, 220)
_HEADINGS = FontFace(emphasis="BOLD", color=GREY, size_pt=8)

# It tells at length which tables of a font it kept.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A finished PDF and the name to keep it under."""

    name: str
    content: bytes


class Page(FPDF):
    """A page with what it belongs to and its number below."""

    def __init__(self, belongs_to: str) -> None:
        super().__init__(format="A4")
        self._belongs_to = belongs_to
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 6)
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.set_font(FAMILY, size=8)
        self.set_text_color(*GREY)
        self.cell(0, 5, self._belongs_to)
        self.set_y(-MARGIN)
        number = _("Page %(number)d of %(all)s") % {
            "number": self.page_no(),
            "all": self.str_alias_nb_pages,
        }
        self.cell(0, 5, number, align="R")


class Sheet:
    """Writes on pages, from above to below."""

    def __init__(self, belongs_to: str) -> None:
        self._pdf = Page(belongs_to)

    def _text(
        self,
        text: str,
        *,
        size: float = 9,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
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
            pdf.set_text_color(*GREY)
            pdf.multi_cell(LABEL_WIDTH, 5, label, align="L", new_x="RIGHT", new_y="TOP")
            pdf.set_xy(MARGIN + LABEL_WIDTH, top)
            pdf.set_text_color(*INK)
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
        pdf.set_text_color(*INK)
        pdf.set_draw_color(*LINE)
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
