"""What the columns of a file mean: UNSPSC, ECLASS, or the operator's own categories."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reference.domain.entries import Entry, ways_of
from reference.errors import TableRefused
from reference.imports.tables import Fault, Row, rows
from reference.models import Taxonomy

LONGEST = {"name_en": 300, "name_ru": 400, "name_uk": 400}
DEEPEST = 12
_LOOKED_AT = 30  # rows in which the headings are looked for: some publishers write above them
_EIGHT = re.compile(r"[0-9]{8}", re.ASCII)
_OWN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_RANKS = ("segment", "family", "class", "commodity")


@dataclass(slots=True)
class Reading:
    """The categories of a file by notation, and the rows that cannot be taken."""

    entries: dict[str, Entry] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """Keep an entry; the same again is nothing, another of its notation a fault."""
        if not entry.name_en:
            self.faults.append(Fault(entry.row, "name_missing", entry.notation))
            return
        for name, most in LONGEST.items():
            if len(getattr(entry, name)) > most:
                self.faults.append(Fault(entry.row, "name_too_long", entry.notation))
                return
        kept = self.entries.setdefault(entry.notation, entry)
        if kept != entry:
            self.faults.append(Fault(entry.row, "twice", f"{entry.notation}, {kept.row}"))


def read(taxonomy: Taxonomy, content: bytes) -> Reading:
    """The categories in a file. Raises TableRefused where it is no file of this taxonomy."""
    needed, reader = _FORMATS[taxonomy]
    found = Reading()
    columns: dict[str, int] | None = None
    for each in rows(content):
        if isinstance(each, Fault):
            found.faults.append(each)
        elif columns is None:
            columns = _headings(each, needed)
            if columns is None and each[0] >= _LOOKED_AT:
                break
        else:
            reader(found, columns, each)
    if columns is None:
        raise TableRefused(reason="headings")
    if not found.entries and not found.faults:
        raise TableRefused(reason="empty")
    _whole(found)
    if taxonomy is Taxonomy.OWN:
        _deepen(found)
    found.faults.sort(key=lambda fault: fault.row)
    return found


def _headings(row: Row, needed: tuple[str, ...]) -> dict[str, int] | None:
    names = [re.sub(r"[\s_]+", "", cell).casefold() for cell in row[1]]
    columns = {name: at for at, name in reversed(list(enumerate(names))) if name}
    return columns if all(name in columns for name in needed) else None


def _at(columns: dict[str, int], row: Row, name: str) -> str:
    at = columns.get(name)
    return row[1][at] if at is not None and at < len(row[1]) else ""


def _whole(found: Reading) -> None:
    """Every way leads to the top: no parent is missing, none is in a circle or too deep."""
    _ways, lost = ways_of({each.notation: each.parent for each in found.entries.values()})
    for notation in lost:
        entry = found.entries[notation]
        missing = entry.parent not in found.entries
        found.faults.append(
            Fault(entry.row, "parent_missing" if missing else "no_way_up", entry.parent)
        )


def _unspsc(found: Reading, columns: dict[str, int], row: Row) -> None:
    """A row names a segment and, as far as it goes down, family, class and commodity."""
    parent = ""
    for rank, name in enumerate(_RANKS, start=1):
        code, title = _at(columns, row, name), _at(columns, row, f"{name}title")
        if not code:
            if rank == 1 or any(_at(columns, row, later) for later in _RANKS[rank:]):
                found.faults.append(Fault(row[0], "rank_missing", name))
            break
        if not _fits(code, rank, parent):
            found.faults.append(Fault(row[0], "code_wrong", code[:40]))
            break
        found.take(Entry(code, parent, 2 * rank, title, row=row[0]))
        parent = code


def _fits(code: str, rank: int, parent: str) -> bool:
    """Whether a code of eight digits has this rank and stands below the parent."""
    if _EIGHT.fullmatch(code) is None:
        return False
    size = 2 * rank
    named = code[size - 2 : size] != "00" and not code[size:].strip("0")
    return named and code[: size - 2] == parent[: size - 2]


def _eclass(found: Reading, columns: dict[str, int], row: Row) -> None:
    """A row is a class with its level from 1 to 4; those above it have rows of their own."""
    code = _at(columns, row, "codedname").replace("-", "")
    level = _at(columns, row, "level")
    if level not in ("1", "2", "3", "4"):
        found.faults.append(Fault(row[0], "level_wrong", level[:40]))
        return
    rank = int(level)
    code = code.ljust(8, "0") if len(code) == 2 * rank else code
    parent = code[: 2 * rank - 2].ljust(8, "0") if rank > 1 else ""
    if not _fits(code, rank, parent):
        found.faults.append(Fault(row[0], "code_wrong", code[:40]))
        return
    name = _at(columns, row, "preferredname")
    found.take(Entry(code, parent, 2 * rank, name, row=row[0]))


def _own(found: Reading, columns: dict[str, int], row: Row) -> None:
    code, parent = _at(columns, row, "code"), _at(columns, row, "parent")
    if _OWN.fullmatch(code) is None:
        found.faults.append(Fault(row[0], "code_wrong", code[:40]))
        return
    names = {f"name_{each}": _at(columns, row, f"name{each}") for each in ("en", "ru", "uk")}
    before = found.entries.get(code)
    if before is not None:
        found.faults.append(Fault(row[0], "twice", f"{code}, {before.row}"))
        return
    found.take(Entry(code, parent, 1, row=row[0], **names))


def _deepen(found: Reading) -> None:
    """Own categories have their depth as the level, 1 at the top."""
    ways, _lost = ways_of({each.notation: each.parent for each in found.entries.values()})
    for notation, way in ways.items():
        entry = found.entries[notation]
        found.entries[notation] = replace(entry, level=len(way) + 1)
        if len(way) >= DEEPEST:
            found.faults.append(Fault(entry.row, "too_deep", notation))


_FORMATS: dict[Taxonomy, tuple[tuple[str, ...], Callable[[Reading, dict[str, int], Row], None]]] = {
    Taxonomy.UNSPSC: (("segment", "segmenttitle", "family", "familytitle"), _unspsc),
    Taxonomy.ECLASS: (("codedname", "preferredname", "level"), _eclass),
    Taxonomy.OWN: (("code", "parent", "nameen"), _own),
}
IMPORTED = tuple(_FORMATS)
"""The taxonomies that come from files; CPV is shipped."""
