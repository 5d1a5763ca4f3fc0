"""The table of further currencies on the terms page: a row a currency, kept as one line of text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

BLANK_ROWS = 2
PARTS = ("units", "code", "rate", "scale", "source", "date")
_LEFT = re.compile(r"\s*(\d*)\s*([^\d=]*?)\s*(?:=\s*(.*))?", re.DOTALL)


class RatesTable(forms.Widget):
    """Rows of inputs instead of lines to type; what does not fit a row stays to be corrected."""

    template_name = "tenders/rates_table.html"
    use_fieldset = True

    def __init__(self, currency: str = "") -> None:
        super().__init__()
        self.currency = currency

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [row_of(line) for line in str(value or "").splitlines() if line.strip()]
        context["rows"] = rows + [dict.fromkeys(PARTS, "")] * BLANK_ROWS
        context["currency"] = self.currency
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        if not hasattr(data, "getlist") or f"{name}__code" not in data:
            return data.get(name)
        columns = [data.getlist(f"{name}__{part}") for part in PARTS]
        rows = [dict(zip(PARTS, cells, strict=True)) for cells in zip(*columns, strict=False)]
        lines = [line_of(row) for row in rows]
        return "\n".join(line for line in lines if line)


def line_of(row: Mapping[str, str]) -> str:
    """A row as the line that the terms read; empty for an empty row."""
    cell = {part: re.sub(r"[;\r\n]+", ",", row[part]).strip() for part in PARTS}
    if not any(cell[part] for part in PARTS if part != "units"):
        return ""
    left = f"{cell['units']} {cell['code']} = {cell['rate']}".strip()
    rest = [left, cell["source"], cell["date"], cell["scale"]]
    return "; ".join(rest[:4] if cell["scale"] else rest[:3])


def row_of(line: str) -> dict[str, str]:
    """The inverse, also of a line that the terms do not understand."""
    parts = [part.strip() for part in line.split(";")] + [""] * 3
    found = _LEFT.fullmatch(parts[0])
    units, code, rate = found.groups() if found else ("", parts[0], "")
    rate = re.sub(r"\s+[A-Za-z]{3}$", "", rate or "")
    return {
        "units": units, "code": code, "rate": rate, "scale": parts[3],
        "source": parts[1], "date": parts[2],
    }  # fmt: skip
