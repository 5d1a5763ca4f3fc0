"""Papers of the demonstration: one page each, saying that they are made up."""

from __future__ import annotations

from io import BytesIO

from fpdf import FPDF


class Paper(BytesIO):
    """A file as a form would hand it over."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.size = len(content)


def paper(*, title: str, company: str, lines: list[str]) -> Paper:
    """A page of PDF in Latin letters."""
    made = FPDF()
    made.set_margins(25, 25)
    made.add_page()
    made.set_font("helvetica", style="B", size=18)
    made.multi_cell(0, 10, _latin(title), new_x="LMARGIN", new_y="NEXT")
    made.set_font("helvetica", size=13)
    made.multi_cell(0, 9, _latin(company), new_x="LMARGIN", new_y="NEXT")
    made.ln(6)
    made.set_font("helvetica", size=11)
    for line in lines:
        made.multi_cell(0, 7, _latin(line), new_x="LMARGIN", new_y="NEXT")
    made.ln(10)
    made.set_text_color(150, 30, 30)
    made.multi_cell(
        0, 7, "Made up for a demonstration of Fairfall: neither company nor paper exists.",
        new_x="LMARGIN", new_y="NEXT",
    )  # fmt: skip
    return Paper(bytes(made.output()))


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")
